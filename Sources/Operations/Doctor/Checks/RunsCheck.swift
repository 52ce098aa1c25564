import Catalog
import Cron
import Foundation
import Jobs
import Scheduler
import StorageTime

/// Whether each job runs when it is due, and how its last run ended.
struct RunsCheck: DoctorCheck {
    let name = "runs"
    let jobs: [Job]
    let histories: [String: JobHistory]
    let now: Date

    func findings() -> [Finding] { jobs.map(finding) }

    private func finding(_ job: Job) -> Finding {
        let previous = job.schedule.previousFiring(before: now)
        guard let last = histories[job.name]?.lastRun else {
            return .warning(
                "job \(job.name) never ran\(job.schedule.next(after: now).map { "; its next firing is at \($0.utcText)" } ?? "")",
                "leave `octovault run` running, or run it now: octovault run --once --job \(job.name)")
        }
        return overdue(job, last, previous) ?? ending(job, last)
    }

    /// Where firings went by without a run.
    private func overdue(_ job: Job, _ last: RunRecord, _ previous: Date?) -> Finding? {
        guard let previous, last.scheduledAt < previous, last.finishedAt != nil else { return nil }
        let age = now.timeIntervalSince(previous)
        let isSecond = job.schedule.previousFiring(before: previous).map { last.scheduledAt < $0 } ?? false
        // The runner may be at it, or about to be.
        guard isSecond || age > Double(job.timeout.count) else { return nil }
        let message = "job \(job.name) last ran at \(last.startedAt.utcText), and was due at \(previous.utcText)"
        let advice = "see that `octovault run` is running; it makes up for what was missed"
        guard isSecond, now.timeIntervalSince(last.scheduledAt) > 60 else { return .warning(message, advice) }
        return .error(.tryAgain, message, advice)
    }

    private func ending(_ job: Job, _ last: RunRecord) -> Finding {
        let when = "job \(job.name): the run of \(last.startedAt.utcText)"
        let why = last.firstError.map { ": \($0)" } ?? ""
        let history = "octovault history --job \(job.name)"
        guard last.finishedAt != nil else {
            guard now.timeIntervalSince(last.startedAt) > Double(job.timeout.count) + 60 else {
                return .ok("\(when) is under way")
            }
            return .warning("\(when) was cut off with its process", "`octovault run` makes up for it when it starts")
        }
        return switch last.outcome {
        case "done":
            .ok("\(when) is done\(job.schedule.next(after: now).map { "; the next is at \($0.utcText)" } ?? "")")
        case "failed": .error(.tryAgain, "\(when) failed\(why)", history)
        default: .warning("\(when) ended as '\(last.outcome)'\(why)", history)
        }
    }
}
