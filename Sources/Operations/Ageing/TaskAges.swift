package import Archive
import Catalog
package import Foundation
import Jobs
import Records
package import StorageTime
package import Vault

/// How far back a task's windows are past being counted again, by the jobs that take it: their account's clock, their
/// recheck.
package struct TaskAges {
    let vault: SnapshotVault
    /// Nil where no job file is to be had.
    let jobs: TaskJobs?
    let now: Date

    package init(vault: SnapshotVault, jobs: TaskJobs?, now: Date) {
        self.vault = vault
        self.jobs = jobs
        self.now = now
    }

    /// - Parameters:
    ///   - tasks: none for all.
    ///   - recheck: overrides what jobs say.
    /// - Throws: ``Problem`` for a task that the vault holds no windows of.
    package func compactions(of tasks: [TaskID], recheck: Seconds?) throws -> [Compaction.Request] {
        var ends: [TaskID: StorageInstant] = [:]
        for series in try vault.series(
            tasks: tasks.isEmpty ? nil : tasks, source: .storageTime)
        {
            let task = try TaskID(series.task)
            let end = try closedUntil(series, recheck)
            ends[task] = min(end, ends[task] ?? end)
        }
        // Increments have no windows; their days are past by our clock.
        for series in try vault.series(tasks: tasks.isEmpty ? nil : tasks, source: .increments) {
            let task = try TaskID(series.task)
            ends[task] = ends[task] ?? .earliest
        }
        if let unknown = tasks.first(where: { ends[$0] == nil }) {
            throw Problem(
                .dataDamaged, code: "unknown-task", "the vault holds no windows and no increments of task '\(unknown)'",
                hint: "octovault status shows what it holds")
        }
        return ends.sorted { $0.key < $1.key }.map { Compaction.Request(task: $0.key, closedUntil: $0.value) }
    }

    private func closedUntil(_ series: Series, _ recheck: Seconds?) throws -> StorageInstant {
        let takers =
            jobs?.takers(of: series.task, name: series.name, source: series.source, host: series.host) ?? []
        let rules = takers.map { $0.job.rules(forTask: series.task, name: series.name) }
        let zone = ProcessInfo.processInfo.environment["OCTOPARSE_TIME_ZONE"]
        let clock =
            try takers.first?.clock ?? jobs?.clock(ofHost: series.host) ?? StorageClock(zoneNamed: zone)
        let age = recheck ?? rules.map(\.recheck).max() ?? JobDefaults.recheck
        let settle = rules.map(\.settle).max() ?? JobDefaults.settle
        return clock.closedUntil(now: now, settle: max(age, settle))
    }
}
