package import Foundation
import Synchronization

/// What announcements remember from run to run.
package protocol NoticeMemory: Sendable {
    /// Runs of a job in a row, up to the latest, that did not end well.
    func failuresInRow(of job: String) -> Int
    func set(failuresInRow: Int, of job: String)
    /// The firing that the job's latest run was for; nil where it never ran.
    func lastFiring(of job: String) -> Date?
    /// Firings went by while nobody was there to fire them.
    func missed(_ firings: Int, of job: String)
    /// What could not be told, by the name of who was to be told.
    func undelivered(of job: String) -> [String: Announcement]
    /// A delivery failed. What an earlier one for the same target was to tell is forgotten.
    ///
    /// - Parameter reason: without any secret.
    func failed(_ announcement: Announcement, for target: String, reason: String, at now: Date)
    /// Nothing is left to be told to a target.
    func settled(_ target: String, of job: String)
}

/// A memory that ends with the process.
package final class TransientNoticeMemory: NoticeMemory {
    private struct State {
        var failures: [String: Int] = [:]
        var missed: [String: Int] = [:]
        var undelivered: [String: [String: Announcement]] = [:]
        var failed = 0
    }

    private let state = Mutex(State())

    package init() {}

    package func failuresInRow(of job: String) -> Int { state.withLock { $0.failures[job] ?? 0 } }
    package func set(failuresInRow: Int, of job: String) { state.withLock { $0.failures[job] = failuresInRow } }
    package func lastFiring(of job: String) -> Date? { nil }
    package func missed(_ firings: Int, of job: String) {
        state.withLock { $0.missed[job, default: 0] += firings }
    }
    package func undelivered(of job: String) -> [String: Announcement] {
        state.withLock { $0.undelivered[job] ?? [:] }
    }
    package func failed(_ announcement: Announcement, for target: String, reason: String, at now: Date) {
        state.withLock { state in
            state.failed += 1
            guard announcement.event != .start else { return }
            state.undelivered[announcement.job, default: [:]][target] = announcement
        }
    }
    package func settled(_ target: String, of job: String) {
        state.withLock { $0.undelivered[job]?[target] = nil }
    }
}
