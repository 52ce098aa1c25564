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
        var tasksOfJobs: [String: [StatusReport.Entry]] = [:]
        for entry in entries where entry.status.to != nil {
            for job in entry.outlook.jobs { tasksOfJobs[job, default: []].append(entry) }
        }
        return jobs.compactMap { job, clock in
            guard job.source == .storageTime, let tasks = tasksOfJobs[job.name] else { return nil }
            let handled = Self.handledFiring(of: job, now)
            let ends = tasks.compactMap(\.status.to)
            guard let oldest = ends.min(), let newest = ends.max() else { return nil }
            let late = tasks.compactMap { Self.behind($0.status, job, clock, handled: handled) }
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

    /// The last firing that had its time: a run gets its timeout, and the firing of this moment too.
    static func handledFiring(of job: Job, _ now: Date) -> Date? {
        job.schedule.previousFiring(before: now.addingTimeInterval(-Double(job.timeout.count)))
    }

    /// By how much storage time a task lags behind what the firings until now should have covered; nil where it does
    /// not.
    ///
    /// - Parameter handled: the job's last firing that had its time.
    static func behind(_ status: TaskStatus, _ job: Job, _ clock: StorageClock, handled: Date?) -> Int? {
        guard let to = status.to, let handled else { return nil }
        let rules = job.rules(forTask: status.task, name: status.name)
        let closed = clock.closedUntil(now: handled, settle: rules.settle).seconds
        let due = closed - closed % rules.window.count
        return due > to.seconds ? due - to.seconds : nil
    }
}
