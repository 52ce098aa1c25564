package import StorageTime

/// What a backfill of one task has to do, worked out from what is covered and what is closed: no clock, no server.
package struct BackfillPlan: Sendable, Hashable {
    /// Windows to take, oldest first: the closed part of the range that is not covered, on the grid.
    package var windows: [Window] = []
    /// Windows of the grid that are covered already.
    package var skipped = 0
    /// How many windows of the grid are not closed yet, or only in part.
    package var open = 0
    /// Where what is open begins; nil where the whole range is closed.
    package var openFrom: StorageInstant?

    /// - Parameters:
    ///   - range: what was asked for.
    ///   - step: the grid's step.
    ///   - covered: what need not be taken.
    ///   - again: windows of snapshots that are to be taken once more, as they are: all of them where that is forced,
    ///     else those captured before they were closed. In any order, apart from each other.
    ///   - closedUntil: the end of what may be taken, by ``StorageClock/closedUntil(now:settle:)``.
    /// - Complexity: O(*n* log *m*) for *n* closed windows on the grid and *m* covered stretches.
    package init(
        range: Window, step: Seconds, covered: WindowSet, again: [Window] = [], closedUntil: StorageInstant
    ) {
        let againSet = WindowSet(again)
        let taken = again.isEmpty ? covered : covered.union(againSet)
        if closedUntil < range.to {
            let edge = StorageInstant(seconds: closedUntil.seconds / step.count * step.count) ?? range.from
            let start = max(edge, range.from)
            openFrom = start
            open = (try? Window(from: start, to: range.to))?.sliceCount(onGridOf: step.count) ?? 0
        }
        guard let closed = try? Window(from: range.from, to: openFrom ?? range.to) else { return }
        for slice in closed.slices(onGridOf: step.count) {
            let gaps = taken.gaps(in: slice)
            if gaps.isEmpty, againSet.parts(in: slice).isEmpty { skipped += 1 }
            windows += gaps
        }
        guard !again.isEmpty else { return }
        windows = (windows + again.filter { $0.overlaps(range) && $0.to <= closedUntil }).sorted()
    }

    /// The grid window before `window`, whose end is `window`'s start; nil at the beginning of time.
    ///
    /// Under a left-open convention, rows stored exactly at the first edge are answered there.
    static func stepLeft(of window: Window, step: Seconds) -> Window? {
        guard window.from > .earliest else { return nil }
        let start = (window.from.seconds - 1) / step.count * step.count
        return StorageInstant(seconds: start).flatMap { try? Window(from: $0, to: window.from) }
    }
}
