import Algorithms
package import Catalog
package import Foundation
import Records
package import StorageTime
import Vault

/// Which windows are due to be counted again, and how few counts can tell.
///
/// A window is counted again at widening ages, measured from its end on the storage-time axis, up to `recheck`. The
/// last age stays owed however late it is met, and until the count tells the window apart from every other in it: see
/// ``LastCounts``. One enclosing count serves neighbouring windows, and those not due that lie between them: the rows
/// of each, less what stands at its end, plus what stands at the last one's end.
package struct RecheckPlan: Sendable, Hashable {
    /// What is known of a window that was taken.
    package struct Known: Sendable, Hashable {
        package var window: Window
        /// The API's total as last seen.
        package var total: Int
        package var edgeRows: Int
        /// When its rows were last fetched.
        package var fetchedAt: Date
        /// When it was last counted: when its rows were fetched, or since.
        package var countedAt: Date
        /// What of ``countedAt`` only the manifest says: it is not known what else was counted with the window then.
        package var settledAt: Date

        package init(window: Window, total: Int, edgeRows: Int, fetchedAt: Date, countedAt: Date? = nil) {
            self.window = window
            self.total = total
            self.edgeRows = edgeRows
            self.fetchedAt = fetchedAt
            self.countedAt = countedAt ?? fetchedAt
            settledAt = self.countedAt
        }
    }

    /// One count to ask for.
    package struct Count: Sendable, Hashable {
        /// Joining windows, oldest first; at least one.
        package var windows: [Known]

        /// From the first window's start to the last one's end; nil only for no window.
        package var range: Window? {
            guard let first = windows.first, let last = windows.last else { return nil }
            return try? Window(from: first.window.from, to: last.window.to)
        }

        /// What the server must say if nothing changed.
        package var expectedTotal: Int {
            Closing.expectedTotal(of: windows.map { ($0.total - $0.edgeRows, $0.edgeRows) })
        }

        /// Two halves, to find out which windows a difference is in; nil for a single window.
        package var halves: (Count, Count)? {
            guard windows.count > 1 else { return nil }
            let middle = windows.count / 2
            return (Count(windows: Array(windows[..<middle])), Count(windows: Array(windows[middle...])))
        }
    }

    /// Counts due, oldest first.
    package var counts: [Count] = []
    /// Windows whose rows are due to be fetched and compared, for the last time.
    package var fetches: [Known] = []

    /// The ages before the last, in seconds: a quarter of an hour, an hour, four, twelve, a day, then each doubled.
    static func ages(upTo recheck: Seconds) -> [Int] {
        var ages: [Int] = []
        var age = 900
        for step in [900, 3600, 4 * 3600, 12 * 3600, 86_400] where step < recheck.count {
            ages.append(step)
            age = step
        }
        while age >= 86_400, age * 2 < recheck.count {
            age *= 2
            ages.append(age)
        }
        return recheck.count > 0 ? ages + [recheck.count] : []
    }

    /// All that is known, with the windows of each of ``counts`` by their places.
    private var known: [Known] = []
    private var ranges: [Range<Int>] = []
    private var lastCounts = LastCounts(windows: 0, counts: []) { _, _ in false }
    private var longest = 0

    package var isEmpty: Bool { counts.isEmpty && fetches.isEmpty }

    /// Nothing to be counted again.
    package init() {}

    /// - Parameters:
    ///   - known: the windows taken, ascending, without overlap; from ``known(_:counted:)``.
    ///   - counted: the counts that came out as expected, in any order.
    ///   - recheck: how long windows are counted again; 0 is never.
    ///   - fetchesRows: whether the last time is a fetch of the rows instead of a count.
    ///   - longest: how many windows one count may enclose.
    /// - Complexity: O(*n* + *c* (log *n* + *k*)) for *n* windows and *c* counts of *k* windows each.
    package init(
        known: [Known], counted: [RecheckRecord] = [], recheck: Seconds, fetchesRows: Bool, clock: StorageClock,
        now: Date, longest: Int = 256
    ) {
        let ages = Self.ages(upTo: recheck)
        guard let last = ages.last, let first = known.lazy.map(\.fetchedAt).min() else { return }
        // A count made while the clock was ahead may lie in the future.
        let latest = known.lazy.map(\.countedAt).max() ?? now
        let table = ClosingTable(clock: clock, settle: Seconds(0), instants: min(first, now)...max(latest, now))
        let present = table.closedUntil(now)
        let ends = known.map(\.window.to.seconds)
        let valid = LastCounts.Count.valid(counted, of: known.count) { (known[$0].window, known[$0].fetchedAt) }
        let starts = LastCounts.startsCounted(of: known.count) { (known[$0].window, known[$0].edgeRows) }
        var lastCounts = LastCounts(windows: known.count, counts: valid, startsCounted: starts) { window, at in
            table.closedUntil(Date(timeIntervalSince1970: Double(at))) - ends[window] >= last
        }
        var planned: [Range<Int>] = []
        /// The first of the joining windows behind the last one due, which are counted with it if another one due
        /// follows.
        var between: Int?
        for (index, item) in known.enumerated() {
            let joins = index > 0 && known[index - 1].window.to == item.window.from
            if !joins { between = nil }
            let age = ages.last { $0 <= present - ends[index] }
            // A count is no fetch, whatever age it was made at.
            if fetchesRows, age == last, table.closedUntil(item.fetchedAt) - ends[index] < last {
                fetches.append(item)
                between = nil
                continue
            }
            let isSettled = age.map { table.closedUntil(item.settledAt) - ends[index] >= $0 } ?? true
            let isCounted =
                age == last
                ? lastCounts.isCounted(index)
                : age.map { table.closedUntil(item.countedAt) - ends[index] >= $0 } ?? true
            if isSettled || isCounted { continue }
            if let start = between, let group = planned.last, group.upperBound == start,
                index + 1 - group.lowerBound <= longest
            {
                planned[planned.count - 1] = group.lowerBound..<(index + 1)
            } else {
                planned.append(index..<(index + 1))
            }
            between = index + 1
        }
        // What its rows were fetched for, or its manifest vouches for, owes nothing.
        lastCounts.settle { table.closedUntil(known[$0].settledAt) - ends[$0] >= last }
        ranges = lastCounts.placing(planned, longest: longest) { known[$0 - 1].window.to == known[$0].window.from }
        counts = ranges.map { Count(windows: Array(known[$0])) }
        (self.known, self.lastCounts, self.longest) = (known, lastCounts, longest)
    }

    /// The count that may enclose windows which begin at `end` as well: one of ``counts``, over all known windows from
    /// its first one to the one that ends there, where it tells as much about their last counts as the one planned.
    ///
    /// - Returns: nil where there is none, or what lies between does not join.
    package func count(reaching end: StorageInstant) -> (place: Int, count: Count)? {
        let last = known.partitioningIndex { $0.window.to >= end }
        guard last < known.count, known[last].window.to == end else { return nil }
        for (place, range) in ranges.enumerated().reversed() where range.upperBound <= last + 1 {
            let wide = range.lowerBound..<(last + 1)
            guard wide.count < longest,
                wide.dropFirst().allSatisfy({ known[$0 - 1].window.to == known[$0].window.from }),
                lastCounts.gain(of: wide) >= lastCounts.gain(of: range)
            else { continue }
            return (place, Count(windows: Array(known[wide])))
        }
        return nil
    }

    /// Takes out a count that was made together with another one.
    package mutating func remove(at place: Int) {
        counts.remove(at: place)
        ranges.remove(at: place)
    }

    /// What is known of covered windows; pruned ones are not counted again.
    ///
    /// - Parameters:
    ///   - windows: ascending, without overlap.
    ///   - counted: counts of ranges since, in any order; each tells of the windows inside its range.
    /// - Complexity: O(*n* + *c* (log *n* + *k*)) for *c* counts of *k* windows each.
    package static func known(_ windows: [WindowRecord], counted: [RecheckRecord]) -> [Known] {
        var known = windows.filter { $0.state != .pruned }.map { record in
            Known(
                window: record.window, total: record.facts.total, edgeRows: record.facts.edgeRows,
                fetchedAt: record.facts.capturedAt,
                countedAt: max(record.facts.capturedAt, record.facts.recheckedAt ?? .distantPast))
        }
        for count in counted {
            var index = known.partitioningIndex { $0.window.from >= count.range.from }
            while index < known.count, known[index].window.to <= count.range.to {
                known[index].countedAt = max(known[index].countedAt, count.countedAt)
                // A compacted day's manifest has its times from the history, which tells more as long as it is there.
                if known[index].settledAt <= count.countedAt { known[index].settledAt = known[index].fetchedAt }
                index += 1
            }
        }
        return known
    }
}
