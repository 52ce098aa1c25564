import Archive
import ArgumentParser
import Foundation
import Jobs
import Operations
import Records
import StorageTime
import Vault

struct CompactCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compact",
        abstract: "Merge the windows of each day into one archive.",
        discussion: """
            Takes days that no job counts again any more: those whose end is further back than the job's recheck, or \
            --recheck. The gzip members are copied as they are, once every row was compared with what the manifests say; \
            each window keeps its own facts, and restore, verify, status and backfill work on it as before. Windows that \
            join are merged, so a day with a gap gives several archives, until the gap is filled. Windows longer than a \
            day, and days of one window, are left alone. Again is a no-op.

            --json prints one document: dry_run, tasks (task, days, snapshots, windows, rows, files_before, files_after, \
            bytes_before, bytes_after, left: from, to, reason, message), locked, failed (task, code, message).

            EXIT STATUS
              0 done · 64 usage · 65 some windows are damaged and were left · 73 cannot write · 75 a task is locked
              78 wrong job files (with --jobs), or a vault of a newer format · 130 interrupted · 143 stopped
            """)

    @Argument(help: "The tasks to compact. Without one, every task.", completion: Completion.tasks)
    var tasks: [String] = []

    @Option(
        help: ArgumentHelp(
            "How long windows are counted again; else what the task's jobs say, else 48h.", valueName: "duration"))
    var recheck: String?

    @Flag(help: "Say what would be merged, and change nothing.")
    var dryRun = false

    @OptionGroup var ageing: AgeingOptions
    @OptionGroup var vault: VaultOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let recheck = try recheck.map { try Seconds.option("--recheck", $0) }
        let vault = try vault.open(
            dryRun ? .reading : .existing, waitsForLocks: !ageing.noWait, output)
        defer { vault.close() }
        let tasks = try vault.tasks(named: tasks)
        let ages = try TaskAges(
            vault: vault, jobs: TaskJobs.read(ageing.jobs, vault: vault, output: output), now: Date())
        let requests = try ages.compactions(of: tasks, recheck: recheck)
        let compaction = Compaction(
            vault: vault, tool: ProgramVersion.tool, isDryRun: dryRun,
            wait: ageing.wait(output))
        let terminal = output.terminal
        let isQuiet = output.quiet
        let outcome = try await SignalHandling.guarding {
            await compaction.run(requests) { report in
                if !isQuiet { terminal.show(progress: "\(report.task): \(report.merged.grouped) windows merged") }
            }
        }
        terminal.endProgress()
        try output.show(
            outcome.result, json: outcome.result.json(isDryRun: dryRun), nothing: "the vault holds no windows"
        ) { $0.lines(isDryRun: dryRun) }
        try finish(with: outcome.stoppedBy ?? outcome.result.verdict)
    }
}

extension CompactionReport {

    fileprivate func lines(isDryRun: Bool) -> [String] {
        let would = isDryRun ? "would merge" : "merged"
        let sum =
            snapshots == 0
            ? "\(task): nothing to merge"
            : "\(task): \(would) \(windows.counted("window")) of \(days.counted("day")); files \(filesBefore.grouped) to "
                + "\(filesAfter.grouped), \(bytesBefore.byteSize) to \(bytesAfter.byteSize)"
        return [sum] + left.map { "  left \($0.window), \($0.reason.rawValue): \($0.message)" }
    }
}
