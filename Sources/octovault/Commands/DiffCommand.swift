import Archive
import ArgumentParser
import Operations
import StorageTime
import Vault

struct DiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Compare two vaults, or two snapshots, by their rows.",
        discussion: """
            A and B are each a vault's folder, a copy of one, or a list that export-manifest wrote. Nothing but manifests \
            is read, and nothing is written: rows are the same where their number and their digest are. Windows are \
            compared one by one, and where the two are cut otherwise (a compacted day, another --window) by the sums over \
            the shortest stretch at whose ends both have an edge. Captures go by the time they were taken, hosts are not compared. With one \
            argument, the vault of --vault is A, and the argument is B.

            A and B may also be two files of snapshots, each a manifest (_….manifest.json) or an archive (….ndjson.gz, \
            which is read through): two revisions of a window, two captures, an archive and the manifest it should match.

            --json prints one document: equal; same, only_a and only_b (stretches: task, source, from, to, windows, rows); \
            different (task, source, from, to, reason, a and b: windows, rows, rows_digest, pruned), the reason being \
            rows, coverage (the two do not cover the same time) or pruned; damaged_a and damaged_b (manifests that do not \
            read). Of two files: equal, a and b (path, from, to, rows, rows_digest).

            EXIT STATUS
              0 equal · 64 usage · 65 they differ, or manifests are damaged · 73 a file cannot be read
              78 no vault there, or one of a newer format · 130 interrupted · 143 stopped
            """)

    @Argument(help: "A vault's folder, an exported list, a manifest or an archive.", completion: .file())
    var a: String

    @Argument(help: "What to compare it with.", completion: .file())
    var b: String?

    @Option(
        name: .customLong("task"), help: ArgumentHelp("Only this task; may be repeated.", valueName: "task"),
        completion: Completion.tasks)
    var tasks: [String] = []

    @Option(help: ArgumentHelp("Only windows that touch the range from here …", valueName: "time"))
    var from: String?

    @Option(help: ArgumentHelp("… to here, in storage time.", valueName: "time"))
    var to: String?

    @OptionGroup var vault: VaultOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let (first, second) = b.map { (a, $0) } ?? (vault.folder, a)
        guard b == nil || vault.path == nil else {
            throw Problem.usage("--vault stands for A: leave it out, or name B alone")
        }
        let pair = (try comparand(first), try comparand(second))
        switch (pair.0.isSingle, pair.1.isSingle) {
        case (true, true): try await compareSnapshots(pair.0, pair.1)
        case (false, false): try await compareVaults(pair.0, pair.1)
        default:
            throw Problem.usage(
                "\(first) and \(second) are not of a kind",
                hint: "compare a vault or a list with a vault or a list, and a snapshot's file with a snapshot's file")
        }
    }

    private func comparand(_ path: String) throws -> ComparisonInput {
        guard let comparand = try ComparisonInput(path) else {
            throw Problem.usage(
                "\(path) is no list, manifest or archive",
                hint: "name a vault's folder, a list by export-manifest, a ….manifest.json or a ….ndjson.gz")
        }
        return comparand
    }

    private func compareSnapshots(_ a: ComparisonInput, _ b: ComparisonInput) async throws {
        let range = try Window.range(from: from, to: to)
        guard tasks.isEmpty, range == nil else {
            throw Problem.usage(
                "--task, --from and --to choose among a vault's windows, and these are single snapshots")
        }
        let ended = try await SignalHandling.guarding { try (a.rows(), b.rows()) }
        guard let left = ended.result.0, let right = ended.result.1 else { return }
        let isEqual = left.holdsTheSame(as: right)
        if output.json {
            try output.terminal.printLine(
                .object(["equal": .boolean(isEqual), "a": left.json, "b": right.json]))
        } else {
            for rows in [left, right] { try output.terminal.printLine(rows.line.printable) }
            try output.terminal.printLine(isEqual ? "the same rows" : "different rows")
        }
        try finish(with: ended.stoppedBy ?? (isEqual ? .done : .dataDamaged))
    }

    private func compareVaults(_ a: ComparisonInput, _ b: ComparisonInput) async throws {
        let range = try Window.range(from: from, to: to)
        let known = try tasks.isEmpty ? nil : a.directory(with: b)
        let named = try known?.tasks(named: tasks) ?? []
        let selection = ManifestSelection(tasks: named.isEmpty ? nil : named, range: range)
        let (terminal, isQuiet) = (output.terminal, output.quiet)
        let ended = try await SignalHandling.guarding {
            guard let left = try a.manifests(selection), let right = try b.manifests(selection) else {
                return VaultDifference()
            }
            var steps = 0
            return try VaultDifference(left, right, in: range) { _ in
                steps += 1
                if !isQuiet, steps % 512 == 0 { terminal.show(progress: "\(steps.grouped) windows") }
            }
        }
        terminal.endProgress()
        if ended.stoppedBy == nil, let known { try requireAny(of: named, in: ended.result, known) }
        if output.json {
            try terminal.printLine(ended.result.json)
        } else {
            for line in ended.result.lines { try terminal.printLine(line.printable) }
        }
        try finish(with: ended.stoppedBy ?? (ended.result.isEqual ? .done : .dataDamaged))
    }
}

extension DiffCommand {
    /// A task that neither holds is not the same in both: it is misspelt.
    private func requireAny(of tasks: [TaskID], in found: VaultDifference, _ known: TaskDirectory) throws {
        let seen = Set((found.same + found.onlyA + found.onlyB).map(\.task) + found.different.map(\.task))
        for task in tasks where !seen.contains(task) {
            let hint =
                known.contains(id: task.text)
                ? "leave --from and --to out, or choose another range" : known.unknown(task.text).hint
            throw Problem(
                .usage, code: "unknown-task", "neither A nor B holds anything of task '\(task)' there", hint: hint)
        }
    }
}

extension ComparisonInput {
    /// Whether it is one snapshot's file.
    fileprivate var isSingle: Bool {
        switch self {
        case .manifest, .archive: true
        case .folder, .list: false
        }
    }
}
