import Archive
import ArgumentParser
import Catalog
import Foundation
import Jobs
import Operations
import Records
import StorageTime
import Vault

struct PruneCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Remove rows that keep rules do not ask for.",
        discussion: """
            What any one rule asks for stays. Without rules here, those of the jobs that take a task apply (keep:); where one \
            of them has none, all of the task stays. Windows and unexported batches go by --keep-within alone, measured back \
            from the end of what is covered, or from the newest batch. Captures of all and last-extraction go by all rules, \
            measured back from the newest, which always stays; hours, days, weeks, months and years are those of UTC.

            A pruned window keeps its manifest: status lists it as pruned, restore says so, and backfill does not take it \
            again, unless with --force. Captures go whole. A compacted day goes once all of it is past the rules.

            What the cloud may not have any more is refused: windows that keep rows which the cloud has lost, that were \
            never counted again since they were taken, or that were damaged; unexported batches; captures whose rows are not \
            all in the newest one. --including-irreplaceable removes these as well.

            --json prints one document: dry_run, including_irreplaceable, tasks (task, source, kept (snapshots), removed and \
            refused (from, to, captured_at, snapshots, rows, bytes, reason)), locked, failed (task, code, message).

            EXIT STATUS
              0 done; what was refused does not worsen it · 64 usage, or no rules anywhere · 73 cannot write
              75 a task is locked · 78 wrong job files (with --jobs), or a vault of a newer format
              130 interrupted · 143 stopped
            """)

    @Argument(help: "The tasks to prune. Without one, every task.", completion: Completion.tasks)
    var tasks: [String] = []

    @Option(help: ArgumentHelp("Keep everything younger: 90d, 1y, 1y26w.", valueName: "age"))
    var keepWithin: String?

    @Option(help: ArgumentHelp("Keep the newest so many captures.", valueName: "n"))
    var keepLast: Int?

    @Option(help: ArgumentHelp("Keep the newest capture of each of so many hours that have one.", valueName: "n"))
    var keepHourly: Int?

    @Option(help: ArgumentHelp("… days …", valueName: "n"))
    var keepDaily: Int?

    @Option(help: ArgumentHelp("… weeks, from Monday …", valueName: "n"))
    var keepWeekly: Int?

    @Option(help: ArgumentHelp("… months …", valueName: "n"))
    var keepMonthly: Int?

    @Option(help: ArgumentHelp("… years.", valueName: "n"))
    var keepYearly: Int?

    @Option(help: ArgumentHelp("Only rows of this source.", valueName: "source"))
    var source: RowSource?

    @Flag(help: "Remove also rows that the cloud may not have any more.")
    var includingIrreplaceable = false

    @Flag(help: "Say what would be removed, and change nothing.")
    var dryRun = false

    @OptionGroup var ageing: AgeingOptions
    @OptionGroup var vault: VaultOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let rules = try rules()
        let vault = try vault.open(
            dryRun ? .reading : .pruning, waitsForLocks: !ageing.noWait, output)
        defer { vault.close() }
        let tasks = try vault.tasks(named: tasks)
        let keeping = TaskKeeping(
            rules: rules.isEmpty ? nil : rules, jobs: try TaskJobs.read(ageing.jobs, vault: vault, output: output))
        let requests = try keeping.prunings(of: tasks, source: source, in: vault, isDryRun: dryRun)
        let pruning = Pruning(
            vault: vault, includingIrreplaceable: includingIrreplaceable, isDryRun: dryRun,
            wait: ageing.wait(output))
        let terminal = output.terminal
        let isQuiet = output.quiet
        let outcome = try await SignalHandling.guarding {
            await pruning.run(requests) { report in
                if !isQuiet { terminal.show(progress: "\(report.series.task): \(report.removedSnapshots.grouped)") }
            }
        }
        terminal.endProgress()
        try output.show(
            outcome.result,
            json: outcome.result.json(isDryRun: dryRun, includingIrreplaceable: includingIrreplaceable),
            nothing: "the vault is empty"
        ) { $0.lines(isDryRun: dryRun) }
        try finish(with: outcome.stoppedBy ?? outcome.result.verdict)
    }

    private func rules() throws -> KeepRules {
        let counts = [
            ("--keep-last", keepLast), ("--keep-hourly", keepHourly), ("--keep-daily", keepDaily),
            ("--keep-weekly", keepWeekly), ("--keep-monthly", keepMonthly), ("--keep-yearly", keepYearly),
        ]
        for (name, count) in counts { if let count { _ = try Int.option(name, count) } }
        var within: Seconds?
        if let keepWithin {
            do { within = try KeepRules.age(parsing: keepWithin) } catch {
                throw Problem.usage("--keep-within: \(error.message)", hint: "write it as 90d, 12w or 1y")
            }
            guard within != Seconds(0) else {
                throw Problem.usage("--keep-within: '\(keepWithin)' is too short", hint: "write 1s or more")
            }
        }
        return KeepRules(
            within: within, last: keepLast, hourly: keepHourly, daily: keepDaily, weekly: keepWeekly,
            monthly: keepMonthly, yearly: keepYearly)
    }
}
