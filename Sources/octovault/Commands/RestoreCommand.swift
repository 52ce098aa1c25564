import Archive
import ArgumentParser
import Catalog
import Operations
import Records
import Restore
import StorageTime
import Vault

struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Write tasks' rows out: CSV, TSV, NDJSON, JSON or SQLite.",
        discussion: """
            In window order, then in the order archived. Rows carry no storage time, so --from and --to name whole \
            windows; --widen takes the whole of those that they cut. A null or absent field is empty in CSV, an empty \
            text is "". Output to a file is atomic.

            Several tasks go to a folder (-o rows/), a file each, or to one SQLite database (-o rows.db), a table each. \
            Options apply in this order: --rename, --where, --dedupe, --sample, --limit, --columns.

            EXIT STATUS
              0 every row of the range is written · 64 usage · 65 damaged data, or gaps in the range (--allow-gaps)
              73 cannot write · 75 some tasks were not restored · 78 vault of a newer format · 130 interrupted
              143 stopped
            """)

    @Argument(
        help: "The tasks, each by its id, the beginning of it, or its name. Without one, every task of the vault.",
        completion: Completion.tasks)
    var tasks: [String] = []

    @Option(
        help: ArgumentHelp("Where the range begins, in storage time; else with the first window.", valueName: "time"))
    var from: String?

    @Option(help: ArgumentHelp("Where the range ends; else with the last window.", valueName: "time"))
    var to: String?

    @Flag(help: "Take the whole of windows that --from and --to cut.")
    var widen = false

    @Flag(
        help:
            "Without --from: also windows that nobody asked for, taken for the rows stored at their ends (list names them)."
    )
    var allWindows = false

    @Option(
        help: ArgumentHelp(
            "storage-time, increments, all, last-extraction, unexported or lot. Else rows by storage time and, of a task "
                + "that has none here, increments.", valueName: "source"))
    var source: RowSource?

    @Option(
        help: ArgumentHelp(
            "Which capture of another source: its time, as list shows it. Else the newest; of unexported, all batches.",
            valueName: "time"))
    var capturedAt: String?

    @Option(
        help: ArgumentHelp(
            "csv, tsv, ndjson, json or sqlite; else by the file's ending (.csv, .jsonl, .db, …), else csv.",
            valueName: "format"), completion: .list(RestoreFormat.allCases.map(\.rawValue)))
    var format: String?

    @Option(
        name: [.customShort("o"), .long],
        help: ArgumentHelp(
            "The file to write, or a folder, with a slash behind; - is standard output, the default. Without a task: rows/.",
            valueName: "file"), completion: .file())
    var out: String?

    @Flag(help: "Compress the output; so does a file's ending .gz.")
    var gzip = false

    @Option(
        help: ArgumentHelp("A file a day or month of storage time, by where windows begin.", valueName: "day|month"))
    var split: RestoreRequest.Split?

    @OptionGroup(title: "Rows") var rows: RowOptions

    @Flag(help: "CSV for spreadsheets: a byte-order mark, and cells that would run as formulas are guarded.")
    var excel = false

    @Flag(help: "End lines with CR LF.")
    var crlf = false

    @Flag(help: "Leave out rows that the cloud no longer had when their window was last taken.")
    var present = false

    @Flag(help: "Write what is there where the range has gaps.")
    var allowGaps = false

    @Option(
        help: ArgumentHelp("Write what was restored to this file, as JSON, a line a task.", valueName: "file"),
        completion: .file())
    var receipt: String?

    @OptionGroup var vault: VaultOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let target = try RestoreTarget(
            out: out ?? (tasks.isEmpty ? "rows/" : "-"), format: format ?? (printsJSON ? "ndjson" : nil), gzip: gzip,
            split: split, tasks: tasks.isEmpty ? nil : Set(tasks).count)
        let options = try RestoreOptions(
            format: target.format, columns: rows.columnNames, excel: excel, crlf: crlf, gzip: target.gzip,
            renames: rows.rename, addsWindow: rows.addWindow, rules: rows.rules())
        // What is wrong on the command line comes before what is wrong with the vault.
        _ = try request(TaskID.parsed(tasks.first ?? "any"), source ?? .storageTime)
        let vault = try vault.open(output)
        defer { vault.close() }
        let chosen = try tasks(in: vault)
        try target.check(tasks: chosen.count)
        let requests = try chosen.map { try request($0, source ?? vault.sourceToRestore(of: $0)) }
        let unknown = try unknownTasks(chosen, vault)
        // A database holds all of the tasks or none.
        if target.format == .sqlite, !target.isFolder, let problem = unknown.values.first { throw problem }
        let report = RestoreReport(
            output: output, target: target, isAmongOthers: chosen.count > 1, unknown: unknown)
        let outcome = try await SignalHandling.guarding {
            try await vault.restore(requests, options, to: target, report.observer)
        }
        if let status = outcome.stoppedBy { return try finish(with: status) }
        if let receipt { try RestoreReceipt.write(outcome.result, to: receipt) }
        try report.finish(outcome.result)
    }

    /// Whether rows go to standard output, as JSON for want of another wish.
    private var printsJSON: Bool { output.json && (out == "-" || out == nil && !tasks.isEmpty) }

    /// The tasks named or, without one, those that hold rows of the source, or of those that need not be named. Of
    /// several that are named, one that the vault does not hold stops none of the others.
    private func tasks(in vault: SnapshotVault) throws -> [TaskID] {
        if tasks.count == 1 { return try vault.tasks(named: tasks) }
        guard tasks.isEmpty else {
            let known = try vault.directory()
            return try TaskID.distinct(tasks) { try known.find($0) ?? TaskID.parsed($0) }
        }
        let sources = source.map { [$0] } ?? SnapshotVault.sourcesToRestore
        let held = try vault.series().filter { sources.contains($0.source) }.compactMap { try? TaskID($0.task) }
        guard !held.isEmpty else {
            let names = sources.map(\.rawValue).joined(separator: " or ")
            throw Problem(
                .dataDamaged, code: "nothing-archived", "the vault holds nothing of the source \(names)",
                hint: try vault.series().isEmpty ? OutputOptions.fillsVault : "`octovault list` shows what it holds")
        }
        return TaskID.distinct(held.map(\.text)) { text in held.first { $0.text == text } ?? held[0] }
    }

    private func unknownTasks(_ tasks: [TaskID], _ vault: SnapshotVault) throws -> [String: Problem] {
        guard tasks.count > 1 else { return [:] }
        let known = try vault.directory()
        let missing = tasks.filter { !known.contains(id: $0.text) }
        return Dictionary(uniqueKeysWithValues: missing.map { ($0.text, known.unknown($0.text)) })
    }

    private func request(_ task: TaskID, _ source: RowSource) throws -> RestoreRequest {
        let start = try StorageInstant.option("--from", from)
        let end = try StorageInstant.option("--to", to)
        if start != nil || end != nil { _ = try Window.range(from: from, to: to) }
        var capture = CaptureChoice.newest
        if let capturedAt {
            guard let choice = CaptureChoice(capturedAt) else {
                throw Problem.usage("--captured-at: '\(capturedAt)' is not a time", hint: "write it as list shows it")
            }
            capture = choice
        }
        return RestoreRequest(
            task: task.text, source: source, from: start, to: end, widen: widen, allWindows: allWindows,
            allowGaps: allowGaps,
            present: present, capture: capture, split: split)
    }
}
