import StorageTime
import Synchronization

/// How many rows a task's windows are likely to hold, by the hour of the week: learnt from the answers about earlier
/// windows and their pieces, and asked before a window is asked for whole or is cut.
///
/// What is scraped follows the hours of the day and the days of the week. It is a guess that costs requests where it is
/// wrong, and nothing else. Safe to use from several tasks at once.
final class Density: Sendable {
    /// How much of what was known gives way to a whole hour's new rows.
    private static let newShare = 0.3

    private let state: Mutex<HourlyRows>

    /// - Parameter hours: what earlier runs learnt.
    init(_ hours: HourlyRows = HourlyRows()) {
        state = Mutex(hours)
    }

    /// What was learnt so far.
    var hours: HourlyRows { state.withLock { $0 } }

    /// Whether nothing was learnt yet.
    var isEmpty: Bool { state.withLock { $0.isEmpty } }

    /// Goes on from what earlier runs learnt.
    func resume(_ hours: HourlyRows) {
        state.withLock { $0 = hours }
    }

    /// Takes in how many rows a stretch of time held.
    func note(rows: Int, of stretch: Window) {
        state.withLock { $0.note(rows: rows, of: stretch, newShare: Self.newShare) }
    }

    /// How many rows a window is likely to hold; 0 before anything was learnt.
    func expectedRows(of window: Window) -> Int {
        state.withLock { Int(held: $0.expectedRows(of: window).rounded()) }
    }

    /// Instants inside a window, ascending, between which about as many rows are expected each; fewer than wanted where
    /// they would fall together.
    ///
    /// - Parameter count: how many pieces are wanted.
    func cuts(of window: Window, into count: Int) -> [StorageInstant] {
        state.withLock { $0.cuts(of: window, into: count) }
    }
}
