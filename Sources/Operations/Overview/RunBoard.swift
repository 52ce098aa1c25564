import Catalog
package import Foundation
import Scheduler
import Snapshots
import StorageTime
import Synchronization

/// The runs that this process has under way, and how far they are; and what it did since it started.
package final class RunBoard: Sendable {
    /// A run under way.
    package struct Run: Sendable, Hashable {
        package let job: String
        /// Its number in the history; nil where it could not be written down.
        package var id: Int64?
        package let startedAt: Date
        /// Windows published, counted again, and given up so far.
        package var taken = 0, counted = 0, failed = 0
        package var rows = 0
        /// The task and the window that were published last.
        package var task: String?
        package var window: String?
    }

    /// What the process asked for and got.
    package struct Traffic: Sendable, Hashable {
        /// Requests by account, and how they ended: `ok` or `failed`.
        package var requests: [String: [String: Int]] = [:]
        package var retries: [String: Int] = [:]
        package var rowsSealed = 0

        package init() {}
    }

    private struct State {
        var runs: [String: Run] = [:]
        var traffic = Traffic()
        var isReady = false
        var isStopping = false
    }

    private let state = Mutex(State())

    package init() {}

    /// The runs under way, by job.
    package var runs: [Run] { state.withLock { $0.runs.values.sorted { $0.job < $1.job } } }
    package var traffic: Traffic { state.withLock { $0.traffic } }
    /// Whether the scheduler runs and is not about to stop.
    package var isReady: Bool { state.withLock { $0.isReady && !$0.isStopping } }
    package var isStopping: Bool { state.withLock { $0.isStopping } }

    func isReady(_ isReady: Bool) { state.withLock { $0.isReady = isReady } }
    func stops() { state.withLock { $0.isStopping = true } }

    func started(_ run: Run) { state.withLock { $0.runs[run.job] = run } }

    /// - Parameters:
    ///   - requests: all of the run's, and how many of them were tried again.
    ///   - hasFailed: whether the last request of the run failed for good.
    func ended(_ job: String, account: String, requests: Int, retries: Int, hasFailed: Bool, rows: Int) {
        state.withLock { state in
            state.runs[job] = nil
            // A request that was tried again had failed.
            let failed = min(requests, retries.adding(held: hasFailed ? 1 : 0))
            state.traffic.requests[account, default: [:]]["ok", default: 0].add(held: requests - failed)
            state.traffic.requests[account, default: [:]]["failed", default: 0].add(held: failed)
            state.traffic.retries[account, default: 0].add(held: retries)
            state.traffic.rowsSealed.add(held: rows)
        }
    }

    func note(_ event: SnapshotEvent, of job: String) {
        state.withLock { state in
            guard var run = state.runs[job] else { return }
            defer { state.runs[job] = run }
            switch event {
            case .published(let task, let window, let rows, _, _):
                run.taken += 1
                run.rows.add(held: rows)
                (run.task, run.window) = (task, window.description)
            case .counted(let task, let windows, _):
                run.counted += windows
                run.task = task
            case .failed: run.failed += 1
            case .planned, .open, .rewritten, .waiting, .edgeTaken, .unreached: break
            }
        }
    }
}
