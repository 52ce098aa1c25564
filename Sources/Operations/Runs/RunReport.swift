import Catalog
import Foundation
import Jobs
import OctoparseAPI
import Scheduler
import Snapshots

/// All that a run did and met.
struct RunResult: Sendable {
    var windows = RunSummary()
    /// New and vanished tasks.
    var change = MemberChange()
    /// What went wrong beside windows: the account, a listing, the catalog.
    var errors: [any Error] = []
    /// What kept copies from being brought up to date; never a failure of the run's windows.
    var copyErrors: [any Error] = []
}

/// What a run's result is to the history, to the scheduler, and to those who are notified.
struct RunReport: Sendable {
    let record: RunRecord
    let outcome: RunOutcome

    /// - Parameters:
    ///   - started: the run as it was recorded when it began.
    ///   - cause: why it was told to stop, if it was.
    init(
        _ result: RunResult, of job: Job, started: RunRecord, requests: RequestCounts, finishedAt: Date,
        toldToStop cause: StopRequest.Cause?
    ) {
        let verdict = Verdict(result, of: job, toldToStop: cause)
        var record = started
        record.finishedAt = finishedAt
        record.outcome = verdict.word.rawValue
        record.firstError = verdict.firstError?.message
        let windows = result.windows
        (record.sealed, record.empty, record.unproven) = (windows.sealed, windows.empty, windows.unproven)
        (record.retaken, record.counted, record.rows) = (windows.retaken, windows.counted, windows.rows)
        record.failed = windows.failed.count
        record.bytes = requests.bytesReceived
        (record.requests, record.retries) = (requests.requests, requests.retries)
        (record.least, record.wasted) = (windows.least, windows.wasted)
        self.record = record

        var outcome = RunOutcome(
            word: verdict.word, firstError: verdict.firstError,
            // A failure is no deed: the log says it once, and not at each run.
            didSomething: windows.sealed + windows.empty + windows.unproven + windows.retaken > 0
                || !windows.rewritten.isEmpty || !result.change.isEmpty,
            exitStatus: verdict.status.rawValue, summaryJSON: Self.summary(record, result.change).line)
        (outcome.sealed, outcome.empty, outcome.failed) = (record.sealed, record.empty, record.failed)
        (outcome.retaken, outcome.rows, outcome.bytes) = (record.retaken, record.rows, record.bytes)
        (outcome.requests, outcome.retries) = (record.requests, record.retries)
        self.outcome = outcome
    }

    /// The body of notifications, the input of hooks, and a line of `run --once --json`.
    private static func summary(_ run: RunRecord, _ change: MemberChange) -> OrderedJSON {
        .object([
            "job": .text(run.job), "scheduled_at": .text(run.scheduledAt.utcText),
            "started_at": .text(run.startedAt.utcText), "finished_at": .text(run.finishedAt?.utcText),
            "outcome": .text(run.outcome), "sealed": .integer(run.sealed), "empty": .integer(run.empty),
            "unproven": .integer(run.unproven), "failed": .integer(run.failed), "retaken": .integer(run.retaken),
            "counted": .integer(run.counted), "rows": .integer(run.rows), "bytes": .integer(run.bytes),
            "requests": .integer(run.requests), "least": .integer(run.least), "wasted": .integer(run.wasted),
            "retries": .integer(run.retries),
            "new_tasks": .members(change.new), "vanished_tasks": .members(change.vanished),
            "first_error": .text(run.firstError),
        ])
    }
}

extension OrderedJSON {
    fileprivate static func members(_ members: [MemberRecord]) -> OrderedJSON {
        .array(members.map { .object(["task": .text($0.task), "name": .text($0.name)]) })
    }
}

extension RunReport {
    /// How a run ended, in a word and as a status.
    private struct Verdict {
        var word = RunOutcome.Word.done
        var status = ExitStatus.done
        var firstError: RunOutcome.Failure?

        init(_ result: RunResult, of job: Job, toldToStop cause: StopRequest.Cause?) {
            let windows = result.windows
            let isCutOff = windows.isCutShort || result.errors.contains { $0 is CancellationError }
            var failures = result.errors.filter { !($0 is CancellationError) }.map { (Problem($0), "") }
            failures += windows.failed.map { failure in
                (Problem(failure.error), "task \(failure.task)" + (failure.window.map { ", \($0)" } ?? "") + ": ")
            }
            var statuses = failures.map(\.0.statusAmongOthers)
            firstError = failures.first.map { .init(code: $0.code, message: $1 + $0.message) }
            if let task = windows.lockedTasks.first {
                statuses.append(.tryAgain)
                firstError = firstError ?? .init(code: "locked", message: "another process holds task \(task)")
            }
            if isCutOff {
                statuses.append(.tryAgain)
                if cause == .timeout {
                    firstError =
                        firstError
                        ?? .init(
                            code: "timeout",
                            message: "its timeout of \(job.timeout) is over; the next run takes what is left")
                }
            }
            status = statuses.verdict
            let copyProblems = result.copyErrors.filter { !($0 is CancellationError) }.map { Problem($0) }
            if let first = copyProblems.first {
                firstError = firstError ?? .init(code: first.code, message: first.message)
            }
            let isDamage = [.dataDamaged, .defect].contains(status)
            let tookSomething =
                windows.sealed + windows.empty + windows.unproven + windows.retaken + windows.counted > 0
            if cause != nil, isCutOff {
                word = .interrupted
            } else if statuses.isEmpty {
                word = copyProblems.isEmpty ? .done : .partial
                status = copyProblems.isEmpty ? .done : .tryAgain
            } else if isDamage || !tookSomething && windows.lockedTasks.isEmpty {
                word = .failed
            } else {
                word = .partial
            }
        }
    }
}
