internal import StorageTime
internal import Synchronization

/// How many rows a second the last window of a task held, to tell whether the next is likely to overflow one answer.
final class Density: Sendable {
    private let last = Mutex((rows: 0, seconds: 1))

    func note(rows: Int, of window: Window) {
        last.withLock { $0 = (rows, max(window.seconds, 1)) }
    }

    /// How many rows a window would hold at that density; 0 before any was read.
    func expectedRows(of window: Window) -> Int {
        let last = last.withLock { $0 }
        let (product, overflow) = last.rows.multipliedReportingOverflow(by: window.seconds)
        return overflow ? Int.max : product / last.seconds
    }
}
