import Cron
import Foundation
import Jobs
import Records
import Scheduler
import StorageTime
import Vault

/// Whether the tasks of each job are covered as far as the job's firings should have brought them.
struct FreshnessCheck: DoctorCheck {
    let name = "freshness"
    let jobs: [(job: Job, clock: StorageClock)]
    let entries: [StatusReport.Entry]
    let now: Date

    /// Behind by more is an error.
    private static let delayBeforeError = 86_400

    func findings() -> [Finding] {
        jobs.compactMap { job, clock in
            guard job.source == .storageTime else { return nil }
            let tasks = entries.filter { $0.outlook.jobs.contains(job.name) && $0.status.to != nil }
            let ends = tasks.compactMap(\.status.to)
            guard let oldest = ends.min(), let newest = ends.max() else { return nil }
            let late = tasks.compactMap { behind($0.status, job, clock) }
            guard let worst = late.max() else {
                let upTo = oldest == newest ? "\(oldest)" : "\(oldest) or later"
                return .ok("job \(job.name): \(ends.count.counted("task")) covered up to \(upTo)")
            }
            let message =
                "job \(job.name): \(late.count.counted("task")) of \(ends.count) behind, by up to \(Seconds(worst).rough)"
            let advice = "`octovault status --max-age 1d` names them; `octovault history --job \(job.name)` tells why"
            return worst > Self.delayBeforeError ? .error(.dataDamaged, message, advice) : .warning(message, advice)
        }
    }

    /// By how much storage time a task lags behind what the firings until now should have covered; nil where it does
    /// not.
    func behind(_ status: TaskStatus, _ job: Job, _ clock: StorageClock) -> Int? {
        let rules = job.rules(forTask: status.task, name: status.name)
        // A run gets its time, and the firing of this moment too.
        guard let to = status.to,
            let firing = job.schedule.previousFiring(before: now.addingTimeInterval(-Double(job.timeout.count)))
        else { return nil }
        let closed = clock.closedUntil(now: firing, settle: rules.settle).seconds
        let due = closed - closed % rules.window.count
        return due > to.seconds ? due - to.seconds : nil
    }
}
