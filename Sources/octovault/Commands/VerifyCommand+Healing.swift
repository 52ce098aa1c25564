import Archive
import Foundation
import Jobs
import OctoparseAPI
import Operations
import Records
import Snapshots
import StorageTime
import Vault

/// What `verify` came to.
struct Verified: Sendable {
    /// Before anything was put right.
    var report: VerifyReport
    var plan: HealPlan?
    /// nil where nothing was done.
    var healed: HealReport?
    /// nil where no window was asked for.
    var taken: BackfillSummary?
    /// What is left, where something was put right.
    var after: VerifyReport?
    /// How many windows wait for an account.
    var missing = 0
    /// Why the account could not be used.
    var accountProblem: String?
    /// nil where there was no list to compare with.
    var comparison: ListComparison?

    init(_ report: VerifyReport, _ comparison: ListComparison? = nil) {
        self.report = report
        self.comparison = comparison
    }

    var damaged: [Damage] { (after ?? report).damaged }

    var verdict: ExitStatus {
        let isSound = damaged.isEmpty && comparison?.isEqual ?? true
        let statuses = [isSound ? .done : .dataDamaged, taken?.verdict ?? .done]
        return (healed?.locked.isEmpty ?? true ? statuses : statuses + [.tryAgain]).verdict
    }
}

/// Carries `verify --heal` out: the plan, what this machine can do, then what the API has.
struct Healer: Sendable {
    let command: VerifyCommand
    let vault: SnapshotVault
    /// When the verification began.
    let started: Date

    func run(_ report: VerifyReport, _ tasks: [TaskID]?, _ options: VerifyOptions) async throws -> Verified {
        var verified = Verified(report)
        let plan = HealPlan(report)
        verified.plan = plan
        if command.dryRun || plan.steps.isEmpty { return verified }
        verified.healed = try await vault.heal(plan)
        let windows = try plan.missingWindows(in: vault)
        if !windows.isEmpty {
            do {
                verified.taken = try await take(windows, command.account.resolve())
            } catch let problem as Problem where problem.code == "no-account" {
                verified.missing = windows.values.reduce(0) { $0 + $1.count }
                verified.accountProblem = problem.message
            }
        }
        var again = options
        // What was read a moment ago need not be read once more.
        again.since = options.since ?? started
        verified.after = try await command.verify(vault, tasks, again)
        return verified
    }

    private func take(_ windows: [TaskID: [Window]], _ account: Account) async throws -> BackfillSummary {
        let events = BackfillReport(output: command.output)
        try ProcessRoom.network.require()
        return try await OctoparseClient.with(
            configuration: account.apiConfiguration(), logger: command.output.logger()
        ) { client in
            await Healing(
                connection: SnapshotConnection(vault: vault, client: client, account: account),
                report: { events.note($0) }
            ).run(windows)
        }
    }
}

extension SnapshotConnection {
    /// An account's windows, taken as a job without settings of its own takes them.
    init(vault: SnapshotVault, client: OctoparseClient, account: Account) {
        self.init(
            vault: vault, pages: client, host: client.host, clock: account.storageClock, settle: JobDefaults.settle,
            configuration: TakingConfiguration(
                pageSize: JobDefaults.pageSize, concurrency: JobDefaults.concurrency,
                interval: account.interval ?? .unknown),
            requestCount: { client.requests.requests })
    }
}
