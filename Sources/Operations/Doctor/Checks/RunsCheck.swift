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

    /// What there is to say of a job's runs, the worst first.
    private enum Kind: CaseIterable {
        case failed
        case overdue
        case late
        case troubled
        case cutOff
        case neverRan
        case isUnderWay
        case done
    }

    /// A job of a kind.
    private struct Told {
        let kind: Kind
        /// What is said where it is the only one of its kind.
        let alone: Finding
        /// What is said of it among others.
        let item: String
    }

    private static let adviceToRun = "see that `octovault run` is running; it makes up for what was missed"

    func findings() -> [Finding] {
        let told = Dictionary(grouping: jobs.map(told), by: \.kind)
        return Kind.allCases.flatMap { kind in
            Finding.of((told[kind] ?? []).map { ($0.item, $0.alone) }) { several(kind, $0) }
        }
    }

    private func several(_ kind: Kind, _ count: Int) -> (lead: String, advice: String?) {
        let history = "`octovault history --job JOB` tells the runs of one"
        switch kind {
        case .failed: return ("the last runs of \(count.grouped) jobs failed", history)
        case .overdue, .late: return ("\(count.grouped) jobs did not run when they were due", Self.adviceToRun)
        case .troubled: return ("the last runs of \(count.grouped) jobs did not end well", history)
        case .cutOff:
            return (
                "the last runs of \(count.grouped) jobs were cut off with their processes",
                "`octovault run` makes up for them when it starts"
            )
        case .neverRan:
            return (
                "\(count.grouped) jobs never ran",
                "leave `octovault run` running, or run one now: octovault run --once --job JOB"
            )
        case .isUnderWay: return ("\(count.grouped) jobs are under way", nil)
        case .done: return ("the last runs of \(count.grouped) jobs are done", nil)
        }
    }

    private func told(_ job: Job) -> Told {
        let previous = job.schedule.previousFiring(before: now)
        guard let last = histories[job.name]?.lastRun else {
            let next = job.schedule.next(after: now)
            return Told(
                kind: .neverRan,
                alone: .warning(
                    "job \(job.name) never ran\(next.map { "; its next firing is at \($0.utcText)" } ?? "")",
                    "leave `octovault run` running, or run it now: octovault run --once --job \(job.name)"),
                item: job.name + (next.map { " (next at \($0.utcText))" } ?? ""))
        }
        return overdue(job, last, previous) ?? ending(job, last)
    }

    /// Where firings went by without a run.
    private func overdue(_ job: Job, _ last: RunRecord, _ previous: Date?) -> Told? {
        guard let previous, last.scheduledAt < previous, last.finishedAt != nil else { return nil }
        let age = now.timeIntervalSince(previous)
        let isSecond = job.schedule.previousFiring(before: previous).map { last.scheduledAt < $0 } ?? false
        // The runner may be at it, or about to be.
        guard isSecond || age > Double(job.timeout.count) else { return nil }
        let message = "job \(job.name) last ran at \(last.startedAt.utcText), and was due at \(previous.utcText)"
        let item = "\(job.name) (last at \(last.startedAt.utcText), due at \(previous.utcText))"
        let advice = Self.adviceToRun
        guard isSecond, now.timeIntervalSince(last.scheduledAt) > 60 else {
            return Told(kind: .late, alone: .warning(message, advice), item: item)
        }
        return Told(kind: .overdue, alone: .error(.tryAgain, message, advice), item: item)
    }

    private func ending(_ job: Job, _ last: RunRecord) -> Told {
        let started = last.startedAt.utcText
        let when = "job \(job.name): the run of \(started)"
        let why = last.firstError.map { ": \($0)" } ?? ""
        let history = "octovault history --job \(job.name)"
        let item = "\(job.name) (\(started))"
        guard last.finishedAt != nil else {
            guard now.timeIntervalSince(last.startedAt) > Double(job.timeout.count) + 60 else {
                return Told(kind: .isUnderWay, alone: .ok("\(when) is under way"), item: item)
            }
            return Told(
                kind: .cutOff,
                alone: .warning(
                    "\(when) was cut off with its process", "`octovault run` makes up for it when it starts"),
                item: item)
        }
        switch last.outcome {
        case "done":
            let next = job.schedule.next(after: now).map { "; the next is at \($0.utcText)" } ?? ""
            return Told(kind: .done, alone: .ok("\(when) is done\(next)"), item: item)
        case "failed":
            return Told(kind: .failed, alone: .error(.tryAgain, "\(when) failed\(why)", history), item: item + why)
        default:
            return Told(
                kind: .troubled, alone: .warning("\(when) ended as '\(last.outcome)'\(why)", history),
                item: "\(job.name) (\(started), '\(last.outcome)')\(why)")
        }
    }
}
