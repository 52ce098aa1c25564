import Archive
package import Catalog
import Cron
package import Foundation
import Jobs
import Records
package import StorageTime
package import Vault

/// What a task's jobs add to its status.
package struct TaskOutlook: Sendable {
    /// The names of the jobs that take it.
    package var jobs: [String] = []
    /// The latest run of any of them.
    package var lastRun: RunRecord?
    /// The next firing of any of them.
    package var nextRun: Date?
    /// Seconds since the end of what is covered, as the account's clock has it; of captures, since the newest one. Nil
    /// where nothing is covered.
    package var freshness: Int?
    /// What storage time it is for the task.
    package var clock = StorageClock(timeZone: nil)
    /// The copies of the task elsewhere.
    package var copies: [CopyStatus] = []
    /// Whether the server's zone is not known: then ``freshness`` is the most that it may be.
    package var isFreshnessBound = false
    /// What is said of such an age.
    package static let boundWords = " at most, for no time zone is set"
    /// Seconds of storage time that the jobs' firings should have covered by now and did not; 0 where none.
    package var behind = 0
}

/// The status of a vault's tasks, each judged by the jobs that take it: their account's clock, their settling time.
package struct StatusReport {
    let vault: SnapshotVault
    /// Nil where no job file is to be had.
    let jobs: TaskJobs?
    /// The clock of tasks that no job takes, from hosts that no account names.
    let clock: StorageClock
    let now: Date
    /// What is read in place of the vault's index and folders; nil for those.
    let index: SnapshotCatalog?
    /// What was read of that index before.
    let memory: StatusMemory?

    package init(
        vault: SnapshotVault, jobs: TaskJobs?, clock: StorageClock, now: Date, index: SnapshotCatalog? = nil,
        remembering memory: StatusMemory? = nil
    ) {
        self.index = index
        self.memory = memory
        self.vault = vault
        self.jobs = jobs
        self.clock = clock
        self.now = now
    }

    package typealias Entry = (status: TaskStatus, outlook: TaskOutlook)

    private struct Rules: Hashable {
        let clock: StorageClock
        let settle: Seconds
    }

    /// A task's rows of one source from one host.
    private struct Key: Hashable, Comparable {
        let task: String
        let source: RowSource
        let host: String

        static func < (left: Key, right: Key) -> Bool {
            (left.task, left.source.rawValue, left.host) < (right.task, right.source.rawValue, right.host)
        }
    }

    /// What is read: the index given, or the vault's own.
    var catalog: SnapshotCatalog { index ?? vault.catalog }

    /// - Complexity: one pass over the index for tasks whose jobs share a clock and a settling time.
    func entries(of tasks: [TaskID]?) throws -> [Entry] {
        try entries(of: tasks, copies: CopyStatuses(vault: vault, jobs: jobs, index: index))
    }

    func entries(of tasks: [TaskID]?, copies: CopyStatuses) throws -> [Entry] {
        let series = try index?.series(tasks: tasks?.map(\.text), remembering: memory) ?? vault.series(tasks: tasks)
        var takers: [Key: [TaskJobs.Taker]] = [:]
        var groups: [Rules: Set<Key>] = [:]
        for one in series {
            let key = Key(task: one.task, source: one.source, host: one.host)
            let found = jobs?.takers(of: one.task, name: one.name, source: one.source, host: one.host) ?? []
            takers[key] = found
            groups[rules(one, found), default: []].insert(key)
        }
        let histories = try histories()
        var times: [String: JobTimes] = [:]
        var entries: [Key: (TaskStatus, TaskOutlook)] = [:]
        for (rules, keys) in groups {
            let wanted = groups.count == 1 ? tasks : try Set(keys.map(\.task)).sorted().map { try TaskID($0) }
            let statuses = try vault.status(
                tasks: wanted, clock: rules.clock, settle: rules.settle, now: now, in: index,
                remembering: memory)
            for status in statuses {
                let key = Key(task: status.task, source: status.source, host: status.host)
                guard keys.contains(key) else { continue }
                var outlook = outlook(status, takers[key] ?? [], rules.clock, histories, &times)
                outlook.copies = copies.copies(of: status.task, takers: (takers[key] ?? []).map(\.job))
                entries[key] = (status, outlook)
            }
        }
        return entries.keys.sorted().compactMap { entries[$0] }
    }

    private func rules(_ series: Series, _ takers: [TaskJobs.Taker]) -> Rules {
        guard let taker = takers.first else {
            return Rules(clock: jobs?.clock(ofHost: series.host) ?? clock, settle: JobDefaults.settle)
        }
        return Rules(clock: taker.clock, settle: taker.job.rules(forTask: series.task, name: series.name).settle)
    }

    private func histories() throws -> [String: RunRecord] {
        guard jobs != nil else { return [:] }
        return Dictionary(
            uniqueKeysWithValues: try catalog.jobHistories().map { ($0.job, $0.lastRun) })
    }

    /// When a job fires next, and the last firing that had its time.
    private struct JobTimes {
        let next: Date?
        let handled: Date?
    }

    private func outlook(
        _ status: TaskStatus, _ takers: [TaskJobs.Taker], _ clock: StorageClock, _ histories: [String: RunRecord],
        _ times: inout [String: JobTimes]
    ) -> TaskOutlook {
        // Without a zone it may be any, and the same wall time was longest ago in the one furthest east.
        let eastmost = StorageClock(timeZone: TimeZone(secondsFromGMT: 14 * 3600))
        let ageing = clock.timeZone == nil ? eastmost : clock
        let newest = status.to.map(ageing.instant) ?? status.newestCapture
        var outlook = TaskOutlook(
            jobs: takers.map(\.job.name),
            lastRun: takers.compactMap { histories[$0.job.name] }.max { $0.startedAt < $1.startedAt },
            freshness: newest.map { Int(held: now.timeIntervalSince($0)) }, clock: clock,
            isFreshnessBound: clock.timeZone == nil && status.to != nil)
        for taker in takers {
            let job = taker.job
            let known =
                times[job.name]
                ?? JobTimes(next: job.schedule.next(after: now), handled: FreshnessCheck.handledFiring(of: job, now))
            times[job.name] = known
            outlook.nextRun = [outlook.nextRun, known.next].compactMap(\.self).min()
            let behind = FreshnessCheck.behind(status, job, taker.clock, handled: known.handled) ?? 0
            outlook.behind = max(outlook.behind, behind)
        }
        return outlook
    }
}
