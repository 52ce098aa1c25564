import Archive
import ArgumentParser
import Catalog
import Foundation
import Jobs
import Operations
import Records
import StorageTime
import Vault

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "What is covered, what is missing, and since when time is open.",
        discussion: """
            A line a task, the worst first, and above them how everything stands, in the words of the page and of doctor; \
            all there is to say of a task where it is alone, and with --long.

            Works on the vault alone, and on the job files where they can be read: a task that a job takes is judged by \
            the account's time zone and the job's settling time, and shows when it last ran and runs next. For other \
            tasks OCTOPARSE_TIME_ZONE says what storage time it is; without it, time counts as past only once it is past \
            in every zone.

            --max-age is for cron mails and monitors: it names the tasks whose newest covered second is older, or that \
            have none, those that the job files name by id among them.

            EXIT STATUS: 0 told · 65 a task's coverage has gaps, or is too old · 78 wrong job files (with --jobs), or a \
            vault of a newer format
            """)

    @Argument(help: "Tasks to show. Without one, every task.", completion: Completion.tasks)
    var tasks: [String] = []

    @Flag(help: "Say all there is to say of each task.")
    var long = false

    @Option(help: ArgumentHelp("How old a task's newest covered second may be: 90s, 2h, 1d.", valueName: "duration"))
    var maxAge: String?

    @Option(
        help: ArgumentHelp("The job files, a folder or one file; else 'jobs', if it is there.", valueName: "path"),
        completion: .file(extensions: ["yaml", "yml"]))
    var jobs: String?

    @OptionGroup var vault: VaultOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let maxAge = try maxAge.map { try Seconds.option("--max-age", $0) }
        let zone = ProcessInfo.processInfo.environment["OCTOPARSE_TIME_ZONE"]
        let vault = try vault.open(output)
        defer { vault.close() }
        let jobs = try TaskJobs.read(jobs, vault: vault, output: output)
        let tasks = try vault.tasks(named: tasks)
        let report = StatusReport(vault: vault, jobs: jobs, clock: try StorageClock(zoneNamed: zone), now: Date())
        let entries = try report.entries(named: tasks)
        if entries.isEmpty { output.sayEmptyVault() }
        if output.json {
            for (status, outlook) in entries { try output.terminal.printLine(status.json(outlook)) }
        } else if !entries.isEmpty {
            let facts = try VaultFacts(report, entries, areAll: tasks.isEmpty)
            let verdict = try tasks.count == 1 ? nil : facts.verdict(of: vault, vault.catalog)
            try show(StatusList(entries, maxAge: maxAge), under: verdict)
        }
        let old = maxAge.map { report.stale(among: entries, limit: $0, named: tasks) } ?? []
        if let maxAge, !old.isEmpty { tell(old, limit: maxAge) }
        try finish(with: old.isEmpty && entries.allSatisfy { $0.status.gaps.isEmpty } ? .done : .dataDamaged)
    }

    private func show(_ list: StatusList, under verdict: VaultVerdict?) throws {
        let terminal = output.terminal
        if let verdict {
            for line in verdict.sentence.printable.wrapped(to: terminal.width) {
                try terminal.printStyled(line, verdict.level.style)
            }
        }
        if list.entries.count > 1 {
            try terminal.printSentence(list.counts, indent: "")
        }
        guard long || list.entries.count == 1 else {
            return try terminal.printTable(list.table)
        }
        for (status, outlook) in list.entries {
            for line in status.lines(outlook) { try terminal.printSentence(line, indent: "            ") }
        }
    }

    private func tell(_ old: [StatusReport.Stale], limit: Seconds) {
        output.terminal.say("octovault: older than \(limit):")
        for one in old.prefix(Self.mostNamed) { output.terminal.say("  \(one.line)".printable) }
        if old.count > Self.mostNamed { output.terminal.say("  and \(old.count - Self.mostNamed) more") }
    }

    private static let mostNamed = 20
}

extension StatusReport.Stale {
    fileprivate var line: String {
        guard let task else { return "the vault holds no task" }
        let bound = isBound ? " at most: no time zone is set, see `octovault probe`" : ""
        return "\(task) (\(freshness.map { Seconds(max(0, $0)).rough + bound } ?? "nothing is covered"))"
    }
}

extension TaskStatus {

    func lines(_ outlook: TaskOutlook) -> [String] {
        var lines = [name.isEmpty || name == task ? task : "\(task)  \(name)"]
        if let from, let to { lines.append("  covered   \(from) to \(to)") }
        lines.append(
            "  rows      \(rows.grouped) in \(snapshots.counted("snapshot")) of \(source.rawValue), \(bytes.byteSize)"
        )
        if kept > 0 { lines.append("  kept      \(kept.counted("row")) that the cloud no longer had") }
        for (word, windows) in [("missing", gaps), ("unproven", unproven), ("empty", empty), ("pruned", pruned)]
        where !windows.isEmpty {
            let shown = windows.prefix(3).map(\.description).joined(separator: "; ")
            let more = windows.count > 3 ? "; and \(windows.count - 3) more" : ""
            lines.append("  \(word.padding(toLength: 9, withPad: " ", startingAt: 0)) \(shown)\(more)")
        }
        if let openFrom { lines.append("  open      from \(openFrom)") }
        if let freshness = outlook.freshness {
            let bound = outlook.isFreshnessBound ? TaskOutlook.boundWords : ""
            lines.append("  newest    \(Seconds(max(0, freshness)).rough) old\(bound)")
        }
        if let run = outlook.lastRun {
            lines.append("  last run  \(run.startedAt.utcText) \(run.outcome), job \(run.job)")
        }
        for copy in outlook.copies { lines.append("  copy      \(copy.sentence)") }
        if let next = outlook.nextRun { lines.append("  next run  \(next.utcText)") }
        return lines
    }
}

extension VaultVerdict.Level {
    fileprivate var style: Style {
        switch self {
        case .good: .good
        case .late: .warning
        case .bad: .bad
        }
    }
}

extension StatusList {
    /// A line a task.
    var table: TextTable {
        var table = TextTable(columns: [
            .flexible("TASK"), .left("SOURCE").optional, .left("COVERED UNTIL"), .right("AGE"), .right("ROWS").optional,
            .right("GAPS"), .left("STATE").optional,
        ])
        let names = Dictionary(grouping: entries, by: \.status.name).mapValues { Set($0.map(\.status.task)).count }
        for entry in entries {
            let (status, outlook) = entry
            let isTold = !status.name.isEmpty && names[status.name] == 1
            let state = state(of: entry)
            table.rows.append([
                isTold || status.name.isEmpty || status.name == status.task
                    ? (isTold ? status.name : status.task) : "\(status.name) (\(status.task.prefix(8)))",
                status.source == .storageTime ? "" : status.source.rawValue,
                status.to.map(\.shortestText) ?? status.newestCapture?.utcText ?? "",
                outlook.freshness.map { Seconds(max(0, $0)).short } ?? "", status.rows.grouped,
                status.gaps.isEmpty ? "" : status.gaps.count.grouped, state.word,
            ])
            table.styles.append(state == .fine ? .plain : state <= .nothing ? .bad : .warning)
        }
        return table
    }
}

extension Seconds {
    /// In its two largest units, and of many days the days alone.
    fileprivate var short: String { count >= 10 * 86_400 ? "\((count / 86_400).grouped)d" : rough }
}
