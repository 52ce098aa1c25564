import Archive
import ArgumentParser
import Foundation
import Jobs
import Operations
import Records
import Snapshots
import StorageTime
import Vault

struct BackfillCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backfill",
        abstract: "Seal what is missing of a range of storage time.",
        discussion: """
            Takes only the gaps of the range, on the grid of --window; once more is a no-op without a request. What lies \
            beyond the last closed window is reported as open. Interrupted, it leaves whole windows.

            With --shard 3/8 it takes the third of eight equal shares of the windows, task by task, and nothing else: eight \
            workers with eight vaults take the whole, and octovault merge makes one vault of them.

            EXIT STATUS
              0 every closed window is covered · 64 usage · 65 damaged data · 69 API unavailable · 73 cannot write
              75 some windows were not taken, or a task is locked · 77 credentials refused · 78 bad account or vault
              130 interrupted · 143 stopped
            """)

    @OptionGroup var selection: AccountTaskOptions

    @Option(
        help: ArgumentHelp(
            "Where the range begins, in storage time: 2013-01-01, '2013-01-01 06:00:00', 2013-01, today, yesterday, or 30d "
                + "for so long ago.", valueName: "time"))
    var from: String

    @Option(
        help: ArgumentHelp(
            "Where the range ends; rows stored at that very second are not in it. Else now.", valueName: "time"))
    var to = "now"

    @Option(help: ArgumentHelp("The length of a window: 90s, 15m, 1h, 1d.", valueName: "duration"))
    var window = "1d"

    @Option(help: ArgumentHelp("Rows asked for in one answer, 1 to 1000.", valueName: "rows"))
    var pageSize = JobDefaults.pageSize

    @Option(help: ArgumentHelp("Requests in flight, 1 to 64.", valueName: "requests"))
    var concurrency = JobDefaults.concurrency

    @Option(
        help: ArgumentHelp(
            "What proves a window whole: one-answer, or totals (fewer requests, a weaker proof).", valueName: "proof"))
    var proof: Proof = .oneAnswer

    @Option(help: ArgumentHelp("How long after its end a window is taken.", valueName: "duration"))
    var settle = JobDefaults.settle.description

    @Option(
        help: ArgumentHelp(
            "Only this share of the range's windows: the I-th of N equal ones, which octovault plan shows.",
            valueName: "i/n"))
    var shard: String?

    @OptionGroup var rate: RateOptions

    @Flag(help: "Take the windows that are there again, as revisions; no row of theirs is lost.")
    var force = false

    @Flag(help: "List the windows that would be taken; nothing is asked but the tasks of --group and --all.")
    var dryRun = false

    @Flag(help: "Do not wait for a task that another process holds: end with 75.")
    var noWait = false

    @OptionGroup var vault: VaultOptions
    @OptionGroup var account: AccountOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        // What is wrong on the command line comes before what is wrong with the account.
        _ = try makeRequest(StorageClock(timeZone: .gmt), tasks: [])
        let account = try account.choice.account().limited(to: rate.value())
        let vault = dryRun ? try openIfThere() : try vault.open(.create, waitsForLocks: !noWait, output)
        defer { vault?.close() }
        let session = AccountSession(
            vault: vault, account: account, settle: settleSeconds,
            configuration: TakingConfiguration(pageSize: pageSize, concurrency: concurrency, proof: proof),
            logger: output.logger())
        let tasks = try await selection.tasks(session, isOffline: dryRun)
        let request = try makeRequest(account.storageClock, tasks: tasks)
        if dryRun { return try await listPlan(request, tasks, session) }
        let report = BackfillReport(output: output, tasks: tasks.count)
        let outcome = try await SignalHandling.guarding {
            try await report.whileShowing(requests: { session.requests }) {
                try await session.backfill(request, tasks: tasks) { report.note($0) }
            }
        }
        let summary = outcome.result
        try report.finish(summary)
        try finish(with: outcome.stoppedBy ?? summary.verdict)
    }

    /// The vault to look at; nil before the first backup.
    private func openIfThere() throws -> SnapshotVault? {
        do {
            return try vault.open(.reading, waitsForLocks: !noWait, output)
        } catch let error as VaultError where error.code == .noVault {
            return nil
        }
    }

    private var settleSeconds: Seconds { (try? Seconds(parsing: settle)) ?? JobDefaults.settle }

    private func makeRequest(_ clock: StorageClock, tasks: [TaskID]) throws -> Backfill.Request {
        guard JobDefaults.pageSizes.contains(pageSize) else {
            throw Problem.usage("--page-size: \(pageSize) is not possible", hint: "the API gives 1 to 1000 rows a page")
        }
        guard JobDefaults.concurrencies.contains(concurrency) else {
            throw Problem.usage("--concurrency: \(concurrency) is not possible", hint: "choose 1 to 64")
        }
        do { _ = try Seconds(parsing: settle) } catch {
            throw Problem.usage("--settle: \(error.message)", hint: error.hint)
        }
        let step = try Seconds.option("--window", window)
        guard var range = try Window.range(from: from, to: to, clock: clock) else {
            throw Problem.usage("--from and --to are needed")
        }
        // The window that now lies in is open, and no window ends at this very second.
        let edge = range.to.seconds.quotientAndRemainder(dividingBy: step.count)
        if to.lowercased() == "now", edge.remainder > 0,
            let end = StorageInstant(seconds: (edge.quotient + 1) * step.count)
        {
            range = try Window(from: range.from, to: end)
        }
        let plan = try ShardPlan.options(tasks: tasks, range: range, step: step)
        let share = try shard.map { text in
            guard let number = ShardNumber(parsing: text) else {
                throw Problem.usage(
                    "--shard: '\(text)' is no share",
                    hint: "write 3/8 for the third of eight, up to \(ShardNumber.mostShards)")
            }
            return plan.shard(number)
        }
        let longest = share?.stretches.map(\.windows).max() ?? plan.windowsOfTask
        guard longest <= Self.mostWindows else {
            throw Problem.usage(
                "--window: windows of \(plan.step) cut the range into more than \(Self.mostWindows) pieces",
                hint: "take longer windows, or a shorter range")
        }
        return Backfill.Request(
            range: plan.range, step: plan.step, isForced: force, waitsForLock: !noWait, shard: share)
    }

    /// More than a year of seconds would not fit into memory as a plan, nor into a folder.
    private static let mostWindows = 40_000_000

    private func listPlan(_ request: Backfill.Request, _ tasks: [TaskID], _ session: AccountSession) async throws {
        for task in tasks {
            guard let plan = try await session.backfillPlan(request, task: task) else { continue }
            let outlook = session.outlook(of: plan, task: task)
            for window in plan.windows {
                if output.json {
                    try output.terminal.printLine(
                        .object([
                            "task": .text(task.text), "from": .text(window.from.description),
                            "to": .text(window.to.description), "requests": .integer(outlook.answers(for: window)),
                        ]))
                } else {
                    try output.terminal.printLine("\(task)  \(window)".printable)
                }
            }
            output.say(
                "\(task): \(plan.windows.count.counted("window")) to take, \(plan.skipped) covered, \(plan.open) open"
                    .printable)
            guard outlook.requests > 0 else { continue }
            let time = outlook.seconds.map { ", \($0.rough) at the account's rate" } ?? ""
            output.say("\(task): about \(outlook.requests.counted("request"))\(time)".printable)
        }
    }
}
