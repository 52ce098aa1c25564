package import Foundation

/// Says which of a row of failures are worth a line: the first, one that differs, and one every so often; the others
/// are counted. A plain value that looks at no clock.
package struct RepeatFilter: Sendable {
    private struct Streak: Sendable {
        var failure: String
        var reportedAt: Date
        /// Failures since the first, that one included.
        var count: Int
    }

    /// Seconds after which the same failure is reported again; nil is never.
    private let interval: TimeInterval?
    private var streaks: [String: Streak] = [:]

    package init(interval: TimeInterval?) {
        self.interval = interval
    }

    /// - Parameter failure: what is the same when the failure is.
    /// - Returns: how often it has now failed so in a row, where that is to be reported; nil where it is not.
    package mutating func failed(_ subject: String, as failure: String, at now: Date) -> Int? {
        guard var streak = streaks[subject], streak.failure == failure else {
            streaks[subject] = Streak(failure: failure, reportedAt: now, count: 1)
            return 1
        }
        streak.count += 1
        // A clock set back must not silence it for longer than the interval either.
        let isDue = interval.map { abs(now.timeIntervalSince(streak.reportedAt)) >= $0 } ?? false
        if isDue { streak.reportedAt = now }
        streaks[subject] = streak
        return isDue ? streak.count : nil
    }

    /// - Returns: how often it had failed before, where it had.
    package mutating func succeeded(_ subject: String) -> Int? {
        streaks.removeValue(forKey: subject)?.count
    }
}
