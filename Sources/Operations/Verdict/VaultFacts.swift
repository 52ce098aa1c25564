package import Catalog
import Foundation
import Jobs
import Records
import StorageTime
package import Vault

/// What a vault's catalog and the job files say of it at one moment: what `status`, `doctor`, the page and the metrics
/// tell of the whole is made of this.
package struct VaultFacts {
    /// By task, source and host.
    package let entries: [StatusReport.Entry]
    /// Whether they are all that the vault holds, and not those that somebody asked for.
    private let areAll: Bool
    /// Nil where no job file is to be had.
    private let jobs: TaskJobs?
    private let damages: [DamageRecord]
    /// Of each job that ever ran.
    let histories: [String: JobHistory]
    /// Of the jobs that there are: those of others have no next run to be told with.
    let failedNotices: [FailedNotice]
    /// The tasks with windows, each with the age of the oldest rows that the cloud still gave, where it loses rows.
    private let subjects: [ExpiryCheck.Subject]
    private let now: Date

    /// - Parameter entries: what `report` says of all tasks or, where `areAll` is false, of some.
    package init(_ report: StatusReport, _ entries: [StatusReport.Entry], areAll: Bool = true) throws {
        let now = report.now
        (self.entries, self.areAll, self.jobs, self.now) = (entries, areAll, report.jobs, now)
        let tasks = Set(entries.map(\.status.task))
        let catalog = report.catalog
        damages = try catalog.damages().filter { areAll || tasks.contains($0.task) }
        histories = Dictionary(try catalog.jobHistories().map { ($0.job, $0) }) { $1 }
        let names = report.jobs.map { Set($0.jobs.map(\.name)) }
        failedNotices = try catalog.failedNotices().filter { names?.contains($0.job) ?? true }
        // Where the cloud was not seen to lose rows, how old they were says how far back somebody asked.
        let losers = Set(entries.filter { $0.status.kept > 0 }.map(\.status.host))
        subjects = try entries.filter { $0.status.source == .storageTime }.map { status, outlook in
            let hasLost = losers.contains(status.host)
            let wall = outlook.clock.storageTime(at: now)
            // The catalog takes storage time for UTC.
            let ahead = wall.seconds(since: StorageClock(timeZone: .gmt).storageTime(at: now))
            let age =
                try !hasLost
                ? nil
                : catalog.oldestAgeWithRows(
                    of: status.task, source: .storageTime, host: status.host, remembering: report.memory)
            return ExpiryCheck.Subject(
                status: status, oldestAge: age.map { $0 + ahead }, isTaken: !outlook.jobs.isEmpty, now: wall,
                hasLost: hasLost)
        }
    }
}

extension VaultFacts {
    var damagedSnapshots: Int { damages.count }
    var coverage: CoverageCheck { CoverageCheck(entries: entries.map(\.status)) }
    var damage: DamageCheck { DamageCheck(damages: damages) }
    var runs: RunsCheck? { jobs.map { RunsCheck(jobs: $0.jobs, histories: histories, now: now) } }
    var freshness: FreshnessCheck? {
        jobs.map { FreshnessCheck(jobs: $0.clockedJobs, entries: entries, now: now) }
    }
    var expiry: ExpiryCheck { ExpiryCheck(tasks: subjects) }
    var notices: NoticesCheck { NoticesCheck(failed: failedNotices, now: now) }

    /// What the checks find that need no account, no archive and no manifest.
    ///
    /// - Parameter disk: nil where the disk cannot be asked.
    func findings(disk: DiskCheck?) -> [Finding] {
        coverage.findings() + damage.findings() + (runs?.findings() ?? []) + (freshness?.findings() ?? [])
            + expiry.findings() + (disk?.findings() ?? []) + notices.findings()
    }

    /// The verdict of all tasks, with what the disk says.
    package func verdict(of vault: SnapshotVault, _ catalog: SnapshotCatalog) throws -> VaultVerdict {
        guard areAll else { return verdict(hasOtherErrors: false) }
        let growth = try catalog.growth(since: now.addingTimeInterval(-30 * 86_400), now: now)
        let found = findings(disk: try? DiskCheck(at: vault.root, growth: growth))
        return verdict(hasOtherErrors: found.contains { $0.level == .error })
    }

    /// - Parameter hasOtherErrors: whether checks found what is to be put right, be it something of this or not.
    func verdict(hasOtherErrors: Bool) -> VaultVerdict {
        var facts = VaultVerdict.Facts()
        facts.hasOtherErrors = hasOtherErrors
        facts.troubledJobs = troubledJobs
        facts.damagedSnapshots = damagedSnapshots
        guard !entries.isEmpty else { return VaultVerdict(facts) }
        func tasks(_ isMeant: (StatusReport.Entry) -> Bool) -> Set<String> {
            Set(entries.filter(isMeant).map(\.status.task))
        }
        let all = tasks { _ in true }
        let unseen = areAll ? (jobs?.wantedTasks ?? []).subtracting(all.map { $0.lowercased() }) : []
        facts.tasks = all.count + unseen.count
        facts.withNothing = unseen.count + tasks { TaskState($0.status, $0.outlook) == .nothing }.count
        let windowed = entries.filter { $0.status.source == .storageTime && $0.status.to != nil }
        facts.windowed = Set(windowed.map(\.status.task)).count
        let ends = windowed.compactMap(\.status.to)
        if let least = ends.min(), let most = ends.max() { facts.coveredTo = least...most }
        facts.today = windowed.first.map { $0.outlook.clock.storageTime(at: now) }
        facts.withGaps = tasks { !$0.status.gaps.isEmpty }.count
        facts.gapSeconds = entries.flatMap(\.status.gaps).reduce(0) { $0.adding(held: $1.seconds) }
        facts.expiresIn = subjects.compactMap(\.secondsLeft).min()
        facts.behind = tasks { $0.outlook.behind > 0 }.count
        facts.mostBehind = entries.map(\.outlook.behind).max() ?? 0
        return VaultVerdict(facts)
    }

    /// Jobs whose latest run did not end well: those of the job files or, without any, those of the history.
    private var troubledJobs: [String] {
        let known = areAll ? jobs?.jobs.map(\.name) : Array(Set(entries.flatMap(\.outlook.jobs)))
        return (known ?? Array(histories.keys)).sorted().filter { name in
            ["failed", "partial"].contains(histories[name]?.lastRun.outcome)
        }
    }
}
