import Catalog
import Foundation
import StorageTime

/// When windows were last counted again at the API and found as expected, by the history of counts.
struct CountTimes: Sendable {
    private var times: [Window: Date] = [:]

    /// - Parameters:
    ///   - windows: ascending, without overlap.
    ///   - counts: of one window or of several at once, in any order.
    /// - Complexity: O(*c* (log *n* + *k*)) for *n* windows and *c* counts of *k* of them each.
    init(_ windows: [Window], _ counts: [RecheckRecord]) {
        for count in counts {
            var (low, high) = (0, windows.count)
            while low < high {
                let middle = (low + high) / 2
                if windows[middle].from < count.range.from { low = middle + 1 } else { high = middle }
            }
            while low < windows.count, windows[low].to <= count.range.to {
                times[windows[low]] = max(times[windows[low]] ?? .distantPast, count.countedAt)
                low += 1
            }
        }
    }

    subscript(window: Window) -> Date? { times[window] }
}
