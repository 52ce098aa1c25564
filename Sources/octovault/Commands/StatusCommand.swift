import Archive
import ArgumentParser
import Catalog
import Foundation
import Jobs
import Operations
import StorageTime
import Vault

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "What is covered, what is missing, and since when time is open.",
        discussion: """
            Works on the vault alone, and on the job files where they can be read: a task that a job takes is judged by \
            the account's time zone and the job's settling time, and shows when it last ran and runs next. For other \
            tasks OCTOPARSE_TIME_ZONE says what storage time it is; without it, time counts as past only once it is past \
            in every zone.

            --max-age is for cron mails and monitors: it names the tasks whose newest covered second is older, or that \
            have none, those that the job files name by id among them.

            EXIT STATUS: 0 told · 65 a task's coverage has gaps, or is too old · 78 wrong job files (with --jobs), or a \
            vault of a newer format
            """)

    @Argument(help: "Tasks to show. Without one, every task.")
    var tasks: [String] = []

    @Option(help: ArgumentHelp("How old a task's newest covered second may be: 90s, 2h, 1d.", valueName: "duration"))
    var maxAge: String?

    @Option(help: ArgumentHelp("The job files, a folder or one file; else 'jobs', if it is there.", valueName: "path"))
    var jobs: String?

    @OptionGroup var vault: VaultOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let tasks = try TaskID.arguments(tasks)
        let maxAge = try maxAge.map { try Seconds.option("--max-age", $0) }
        let zone = ProcessInfo.processInfo.environment["OCTOPARSE_TIME_ZONE"]
        let vault = try vault.open(output)
        defer { vault.close() }
        let jobs = try TaskJobs.read(jobs, vault: vault, output: output)
        let report = StatusReport(vault: vault, jobs: jobs, clock: try StorageClock(zoneNamed: zone), now: Date())
        let entries = try report.entries(of: tasks.isEmpty ? nil : tasks)
        for task in tasks where !entries.contains(where: { $0.status.task == task.text }) {
            throw Problem(
                .dataDamaged, code: "unknown-task", "the vault holds nothing of task '\(task)'",
                hint: "octovault status, without a task, shows what it holds")
        }
        for (status, outlook) in entries {
            if output.json {
                try output.terminal.printLine(status.json(outlook))
            } else {
                for line in status.lines(outlook) { try output.terminal.printLine(line.printable) }
            }
        }
        if entries.isEmpty { output.say("the vault is empty") }
        let isOld = maxAge.map { tellOld(entries, named: tasks.isEmpty ? jobs?.namedTasks ?? [] : [], limit: $0) }
        try finish(
            with: isOld != true && entries.allSatisfy { $0.status.gaps.isEmpty } ? .done : .dataDamaged)
    }

    /// Names the tasks that are older than `limit`; says whether there is one.
    private func tellOld(
        _ entries: [(status: TaskStatus, outlook: TaskOutlook)], named: [String], limit: Seconds
    ) -> Bool {
        var old = entries.filter { $0.outlook.freshness.map { $0 > limit.count } ?? true }.map { entry in
            "\(entry.status.task) (\(entry.outlook.freshness.map { Seconds(max(0, $0)).rough } ?? "nothing is covered"))"
        }
        let known = Set(entries.map { $0.status.task.lowercased() })
        old += named.filter { !known.contains($0) }.map { "\($0) (nothing is covered)" }
        if entries.isEmpty, old.isEmpty { old = ["the vault holds no task"] }
        guard !old.isEmpty else { return false }
        output.terminal.say("octovault: older than \(limit):")
        for line in old.prefix(Self.mostNamed) { output.terminal.say("  \(line)".printable) }
        if old.count > Self.mostNamed { output.terminal.say("  and \(old.count - Self.mostNamed) more") }
        return true
    }

    private static let mostNamed = 20
}

extension TaskStatus {
    func json(_ outlook: TaskOutlook) -> OrderedJSON {
        .object([
            "task": .text(task), "source": .text(source.rawValue), "rows": .integer(rows), "bytes": .integer(bytes),
            "snapshots": .integer(snapshots), "kept": .integer(kept), "from": .text(from?.description),
            "to": .text(to?.description), "gaps": .windows(gaps), "empty": .windows(empty),
            "unproven": .windows(unproven), "pruned": .windows(pruned), "open_from": .text(openFrom?.description),
            "freshness": outlook.freshness.map { .integer($0) } ?? .null,
            "jobs": .array(outlook.jobs.map { .text($0) }), "last_run": .text(outlook.lastRun?.startedAt.utcText),
            "last_outcome": .text(outlook.lastRun?.outcome), "next_run": .text(outlook.nextRun?.utcText),
        ])
    }

    func lines(_ outlook: TaskOutlook) -> [String] {
        var lines = [name.isEmpty || name == task ? task : "\(task)  \(name)"]
        if let from, let to { lines.append("  covered   \(from) to \(to)") }
        lines.append(
            "  rows      \(rows.grouped) in \(snapshots.grouped) snapshots of \(source.rawValue), \(bytes.grouped) bytes"
        )
        if kept > 0 { lines.append("  kept      \(kept.grouped) rows that the cloud no longer had") }
        for (word, windows) in [("missing", gaps), ("unproven", unproven), ("empty", empty), ("pruned", pruned)]
        where !windows.isEmpty {
            let shown = windows.prefix(3).map(\.description).joined(separator: "; ")
            let more = windows.count > 3 ? "; and \(windows.count - 3) more" : ""
            lines.append("  \(word.padding(toLength: 9, withPad: " ", startingAt: 0)) \(shown)\(more)")
        }
        if let openFrom { lines.append("  open      from \(openFrom)") }
        if let freshness = outlook.freshness { lines.append("  newest    \(Seconds(max(0, freshness)).rough) old") }
        if let run = outlook.lastRun {
            lines.append("  last run  \(run.startedAt.utcText) \(run.outcome), job \(run.job)")
        }
        if let next = outlook.nextRun { lines.append("  next run  \(next.utcText)") }
        return lines
    }
}

extension OrderedJSON {
    static func windows(_ windows: [Window]) -> OrderedJSON {
        .array(windows.map { .object(["from": .text($0.from.description), "to": .text($0.to.description)]) })
    }
}
