import StorageTime
import Synchronization

/// How many rows the last windows of a task held, to tell whether the next is likely to overflow one answer.
///
/// What is scraped follows the week: the window a week before tells best. Where there is none, the last one does.
final class Density: Sendable {
    private static let week = 7 * 86_400
    /// Windows shorter than this (seconds) are too many to remember a week of them.
    private static let shortest = 600

    private struct State {
        var last = (rows: 0, seconds: 1)
        /// The rows of windows that start within a week of the newest, and of some before.
        var rows: [Window: Int] = [:]
    }
    private let state = Mutex(State())

    /// How many windows are remembered; at most about two weeks of the shortest.
    var remembered: Int { state.withLock { $0.rows.count } }

    func note(rows: Int, of window: Window) {
        state.withLock { state in
            state.last = (rows, max(window.seconds, 1))
            guard window.seconds >= Self.shortest else { return }
            state.rows[window] = rows
            guard state.rows.count > 2 * Self.week / Self.shortest, let newest = state.rows.keys.map(\.from).max()
            else { return }
            state.rows = state.rows.filter { $0.key.from.seconds(since: newest) >= -Self.week }
        }
    }

    /// How many rows a window is likely to hold; 0 before any was read.
    func expectedRows(of window: Window) -> Int {
        state.withLock { state in
            let from = window.from.advanced(by: -Self.week)
            let to = window.to.advanced(by: -Self.week)
            if let before = try? Window(from: from, to: to), let rows = state.rows[before] { return rows }
            let (product, overflow) = state.last.rows.multipliedReportingOverflow(by: window.seconds)
            return overflow ? Int.max : product / state.last.seconds
        }
    }
}
