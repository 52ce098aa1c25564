import Algorithms
package import Foundation
import Records
package import StorageTime

/// What storage time was closed at any instant, as ``StorageTime/StorageClock/closedUntil(now:settle:)`` says, looked
/// up instead of computed: between the changes of a zone's offset the answer moves with the instant.
///
/// From the start of two days before a change to the change itself, the answer is also held back to the first wall time
/// after it, as the clock's rule has it.
package struct ClosingTable: Sendable, Hashable {
    private struct Stretch: Hashable {
        /// The first instant of the stretch, less the settling time, in seconds since 1970.
        var start: Int
        /// What the answer is ahead of the instant, less the settling time.
        var offset: Int
        /// What it never passes within the stretch.
        var cap: Int
    }

    private let settle: Int
    private let stretches: [Stretch]

    /// - Parameters:
    ///   - instants: the instants that will be asked for; those outside are answered as the nearest stretch has it.
    package init(clock: StorageClock, settle: Seconds, instants: ClosedRange<Date>) {
        self.settle = settle.count
        let first = instants.lowerBound.unix - settle.count
        let last = instants.upperBound.unix - settle.count
        let changes = Self.changes(of: clock.timeZone, from: first, to: last + 2 * 86_400)
        let starts = ([first] + changes.flatMap { [$0 - 2 * 86_400, $0] }.filter { first < $0 && $0 <= last }).sorted()
        // Of nearly all stretches none or one comes, and a span of centuries has thousands of changes.
        var passed = 0
        stretches = starts.map { start in
            while passed < changes.count, changes[passed] <= start { passed += 1 }
            let cap = changes[passed...].prefix { $0 <= start + 2 * 86_400 }
                .map { clock.storageTime(at: Date(unix: $0)).seconds }.min()
            let wall = clock.storageTime(at: Date(unix: start)).seconds
            return Stretch(start: start, offset: wall - start, cap: cap ?? Int.max)
        }
    }

    /// The end of what was closed at `instant`, in seconds of storage time.
    package func closedUntil(_ instant: Date) -> Int { closedUntil(instant.unix) }

    /// The end of what was closed at `instant` (seconds since 1970), in seconds of storage time.
    func closedUntil(_ instant: Int) -> Int {
        let start = instant - settle
        let stretch = stretches[max(0, stretches.partitioningIndex { $0.start > start } - 1)]
        return min(start + stretch.offset, stretch.cap)
    }

    /// Whether all of `window` was closed at `instant`.
    package func isClosed(_ window: Window, at instant: Date) -> Bool {
        window.to.seconds <= closedUntil(instant.unix)
    }

    private static func changes(of zone: TimeZone?, from first: Int, to last: Int) -> [Int] {
        guard let zone else { return [] }
        var changes: [Int] = []
        var cursor = Date(unix: first)
        while let change = zone.nextDaylightSavingTimeTransition(after: cursor), change <= Date(unix: last) {
            changes.append(change.unix)
            cursor = change
        }
        return changes
    }
}
