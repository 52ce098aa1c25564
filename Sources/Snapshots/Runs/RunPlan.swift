package import Catalog
package import Foundation
package import Jobs
package import StorageTime
package import Vault

/// What a run has to do for one task, worked out from what is covered, what was counted and what is closed: no clock,
/// no server.
///
/// Due work is uncovered time, not missed firings: after an outage one run finds all of it.
package struct RunPlan: Sendable, Hashable {
    /// Windows to take, oldest first: the closed seconds that are not covered, on the grid, and as they are the windows
    /// whose snapshot is damaged or was captured before it was closed.
    package private(set) var windows: [Window] = []
    /// Windows that were taken for the rows at their ends alone, and that the job asks for now.
    package private(set) var edgesOnly: [Window] = []
    /// Whether there are more windows to take than ``windows`` holds.
    package private(set) var hasMore = false
    /// What of the covered windows is to be counted again.
    package let recheck: RecheckPlan
    /// The end of what is closed.
    package let openFrom: StorageInstant

    /// - Parameters:
    ///   - firstRunAt: when the job first ran, so that what its first run could not take stays due; nil on its first
    ///     run.
    ///   - counted: the latest counts of the task's ranges, in any order.
    ///   - attempted: what this run has tried before, whatever came of it.
    ///   - limit: how many windows are wanted at most.
    /// - Complexity: O(*n* + *c* log *n* + *m*) for *n* covered windows, *c* counts and *m* windows to take, at most
    ///   `limit`.
    package init(
        rules: TakingRules, firstRunAt: Date?, coverage: Coverage, counted: [RecheckRecord] = [],
        attempted: WindowSet = WindowSet(), clock: StorageClock, now: Date, limit: Int = .max
    ) {
        openFrom = coverage.openFrom
        recheck = RecheckPlan(
            known: RecheckPlan.known(coverage.windows, counted: counted), counted: counted, recheck: rules.recheck,
            fetchesRows: rules.recheckRows, clock: clock, now: now)
        let start = Self.start(rules: rules, firstRunAt: firstRunAt, coverage: coverage, clock: clock, now: now)
        if let range = try? Window(from: start, to: .latest) { edgesOnly = coverage.edgesOnly(in: range) }
        var again = coverage.retakes.filter { attempted.parts(in: $0).isEmpty }[...]
        for gap in Self.gaps(from: start, step: rules.window, coverage, attempted) {
            for slice in gap.slices(onGridOf: rules.window.count) {
                while let earlier = again.first, earlier < slice {
                    again.removeFirst()
                    guard add(earlier, limit) else { return }
                }
                guard add(slice, limit) else { return }
            }
        }
        for window in again { guard add(window, limit) else { return } }
    }

    /// Whether there was room for it.
    private mutating func add(_ window: Window, _ limit: Int) -> Bool {
        guard windows.count < limit else {
            hasMore = true
            return false
        }
        windows.append(window)
        return true
    }

    /// Where the job's work on a task begins: at `start`, where the file gives one; else at the window of the job's
    /// first run, or at the first covered second, where that lies before.
    private static func start(
        rules: TakingRules, firstRunAt: Date?, coverage: Coverage, clock: StorageClock, now: Date
    ) -> StorageInstant {
        if let start = rules.start { return start }
        let step = rules.window.count
        let closed = clock.closedUntil(now: min(firstRunAt ?? now, now), settle: rules.settle)
        let first = StorageInstant(seconds: max(0, closed.seconds / step - 1) * step) ?? .earliest
        return min(first, coverage.firstWanted ?? first)
    }

    /// The gaps from `start` to the last whole window of the grid that is closed, cut on the grid.
    private static func gaps(
        from start: StorageInstant, step: Seconds, _ coverage: Coverage, _ attempted: WindowSet
    ) -> [Window] {
        let end = StorageInstant(seconds: coverage.openFrom.seconds / step.count * step.count) ?? .earliest
        guard let range = try? Window(from: start, to: end) else { return [] }
        let gaps = coverage.gaps(in: range)
        return attempted.isEmpty ? gaps : gaps.flatMap { attempted.gaps(in: $0) }
    }
}
