import Archive
import Catalog
import Foundation
import Jobs
import Records
import Snapshots
import Synchronization
import Vault

extension VaultJobRunner {
    /// Removes what the keep rules of the jobs that take a run's tasks do not ask for, once a day. What the cloud may
    /// not have any more is never removed here.
    ///
    /// - Returns: what went wrong. A task that another process holds is left for another day.
    func prune(_ tasks: [RunTask], _ job: Job, host: String) async -> [any Error] {
        let wanted = tasks.filter { $0.rules.keep != nil }.map(\.id)
        guard !wanted.isEmpty, pruneDays.begin(job.name, now()) else { return [] }
        do {
            let catalog = vault.catalog
            let jobs = try TaskJobs(registry.current) { job in
                try catalog.members(of: job.name).filter { $0.goneAt == nil }.map(\.task)
            }
            let keeping = TaskKeeping(rules: nil, jobs: jobs)
            let series = try vault.series(tasks: wanted, source: job.source).filter { $0.host == host }
            let pruning = Pruning(vault: vault, includingIrreplaceable: false, isDryRun: false, wait: .no)
            let summary = await pruning.run(series.map { .init(series: $0, policy: keeping.policy(of: $0)) })
            for report in summary.reports { log.note(report, of: job) }
            return summary.failed.map(\.error)
        } catch {
            return [error]
        }
    }
}

/// When jobs last pruned: what a rule removes is so old that once a day is enough, and captures are read to compare
/// them.
final class PruneDays: Sendable {
    private let last = Mutex<[String: Date]>([:])

    /// Whether a job may prune now; then it counts as done for a day.
    func begin(_ job: String, _ now: Date) -> Bool {
        last.withLock { last in
            if let before = last[job], abs(now.timeIntervalSince(before)) < 86_400 { return false }
            last[job] = now
            return true
        }
    }
}
