package import Catalog
package import Foundation

/// A job as the page and the metrics show it.
package struct JobOverview: Sendable {
    package let name: String
    /// As the file has it, with its zone; nil for a job that is known from the history alone.
    package var schedule: String?
    /// The zone of the schedule.
    package var zone: String?
    package var lastRun: RunRecord?
    package var lastSuccess: RunRecord?
    /// The latest run that ended.
    package var lastEnded: RunRecord?
    package var nextRun: Date?
    package var counters = JobCounters()
    package var failedNotices: [FailedNotice] = []
    /// How long a run may take, in seconds.
    package var timeout = 1800

    package init(name: String) { self.name = name }

    /// Whether its latest run is under way, as far as the catalog tells.
    package func isRunning(at now: Date) -> Bool {
        guard let lastRun, lastRun.finishedAt == nil else { return false }
        return now.timeIntervalSince(lastRun.startedAt) <= Double(timeout) + 60
    }

    /// What a program that did only its latest run would have ended with; nil where none has ended.
    package var lastExitStatus: Int? {
        guard let lastEnded else { return nil }
        // Of runs of older programs the outcome alone is known.
        return counters.lastExitStatus ?? (lastEnded.outcome == "done" ? 0 : Int(ExitStatus.tryAgain.rawValue))
    }
}
