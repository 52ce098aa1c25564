import Algorithms
package import Catalog
package import Foundation
package import StorageTime

/// Which windows still owe their last count, and which others each of them was not told apart from yet.
///
/// One row come to a window and one gone from another cancel out in a count over both. So a last count is done only
/// once every other window that it encloses was counted without the window, or the window without it, at that time or
/// later. Counts are known by the windows that they enclose. A count is void once a window in it was taken again: its
/// total was another than the count went by, and may have made up for something.
///
/// A server that counts both edges in counts the rows at a count's end as well, which are those of the window that
/// starts there: such a count reaches into that window, and tells it apart from none that it encloses.
///
/// Windows are told by their numbers, ascending; there is no clock and no server in here.
package struct LastCounts: Sendable, Hashable {
    /// A count that came out as expected.
    package struct Count: Sendable, Hashable {
        /// The windows that it encloses; at least one.
        package var windows: Range<Int>
        /// Seconds since 1970.
        package var at: Int

        package init(windows: Range<Int>, at: Int) {
            self.windows = windows
            self.at = at
        }
    }

    /// The windows before and behind one that it was not told apart from: all between the bounds of each range, so
    /// perhaps some too many.
    package struct Company: Sendable, Hashable {
        package var before: Range<Int>
        package var behind: Range<Int>

        package var count: Int { before.count + behind.count }

        init(of window: Int, in counted: Range<Int>) {
            before = counted.lowerBound..<window
            behind = (window + 1)..<counted.upperBound
        }

        /// What is left of it after another count.
        ///
        /// - Parameter touched: the windows of which the count includes rows: those that it encloses, and perhaps the
        ///   one after them, of which it includes what stands at its start.
        func told(window: Int, by counted: Range<Int>, touching touched: Range<Int>) -> Company {
            var rest = self
            if counted.contains(window) {
                rest.before = before.clamped(to: touched)
                rest.behind = behind.clamped(to: touched)
            } else if !touched.contains(window) {
                rest.before = before.trimmed(by: counted)
                rest.behind = behind.trimmed(by: counted)
            }
            return rest
        }
    }

    /// Windows whose last count was made and came out as expected, and what each is not told apart from; done ones are
    /// left out.
    package private(set) var company: [Int: Company] = [:]
    /// Whether each window's last count was made, and is not void.
    private var isCounted: [Bool]
    /// How many windows there are.
    package var windowCount: Int { isCounted.count }
    /// How far from a window its company reaches, at most.
    private var reach = 0
    /// The windows of which a count that ends where they start includes rows.
    private let startsCounted: Set<Int>

    /// - Parameters:
    ///   - windows: how many windows there are.
    ///   - counts: valid ones, in any order.
    ///   - startsCounted: the windows of which a count that ends where they start includes rows.
    ///   - isLast: whether a count at that time, in seconds since 1970, is a window's last one.
    /// - Complexity: O(*c* (log *c* + *k*)) for *c* counts of *k* windows each.
    package init(
        windows: Int, counts: [Count], startsCounted: Set<Int> = [], isLast: (_ window: Int, _ at: Int) -> Bool
    ) {
        isCounted = Array(repeating: false, count: windows)
        self.startsCounted = startsCounted
        let counts = counts.sorted { ($0.at, $0.windows.lowerBound) < ($1.at, $1.windows.lowerBound) }
        var rest = counts[...]
        while let first = rest.first {
            let together = rest.prefix { $0.at == first.at }
            rest = rest.dropFirst(together.count)
            for count in together { begin(count, isLast) }
            for count in together { note(count.windows) }
        }
    }

    /// Whether the window's last count was made, be it that company is left.
    package func isCounted(_ window: Int) -> Bool { isCounted[window] }

    /// Whether the window's last count was made, and tells it apart from every other.
    package func isDone(_ window: Int) -> Bool { isCounted[window] && company[window] == nil }

    /// Has windows owe nothing of which something else vouches.
    package mutating func settle(where isSettled: (Int) -> Bool) {
        for window in company.keys where isSettled(window) { company[window] = nil }
    }

    /// The windows that have company, ascending.
    package var owing: [Int] { company.keys.sorted() }

    /// How much of all company a count over these windows would tell apart.
    package func gain(of counted: Range<Int>) -> Int {
        near(counted).reduce(0) { sum, window in
            guard let known = company[window] else { return sum }
            return sum + known.count - known.told(window: window, by: counted, touching: touched(by: counted)).count
        }
    }

    /// The windows of which a count includes rows.
    private func touched(by counted: Range<Int>) -> Range<Int> {
        startsCounted.contains(counted.upperBound) ? counted.lowerBound..<(counted.upperBound + 1) : counted
    }

    /// Takes a count into account that is expected to come out well.
    ///
    /// - Returns: the windows that it tells apart from others.
    @discardableResult
    package mutating func note(_ counted: Range<Int>) -> Set<Int> {
        var gaining: Set<Int> = []
        for window in near(counted) {
            guard let known = company[window] else { continue }
            let left = known.told(window: window, by: counted, touching: touched(by: counted))
            if left == known { continue }
            gaining.insert(window)
            company[window] = left.count == 0 ? nil : left
        }
        return gaining
    }

    private mutating func begin(_ count: Count, _ isLast: (Int, Int) -> Bool) {
        for window in count.windows where !isCounted[window] && isLast(window, count.at) {
            isCounted[window] = true
            let touched = touched(by: count.windows)
            let own = Company(of: window, in: touched)
            reach = max(reach, touched.count)
            if own.count > 0 { company[window] = own }
        }
    }

    /// The windows whose company a count over others can concern.
    private func near(_ counted: Range<Int>) -> Range<Int> {
        guard !company.isEmpty else { return 0..<0 }
        let first = max(0, counted.lowerBound - reach)
        return first..<max(first, min(isCounted.count, counted.upperBound + reach))
    }
}

extension LastCounts {
    /// The windows of which a count that ends where they start includes rows: those that start where one ends at whose
    /// end rows were.
    ///
    /// - Parameter window: the one of a number, and how many rows stood at its end.
    package static func startsCounted(
        of count: Int, _ window: (Int) -> (window: Window, edgeRows: Int)
    ) -> Set<Int> {
        Set(
            (0..<count).dropFirst().filter { index in
                let before = window(index - 1)
                return before.edgeRows > 0 && before.window.to == window(index).window.from
            })
    }
}

extension LastCounts.Count {
    /// Those of `counted` that are valid: none of their windows was taken again since.
    ///
    /// - Parameters:
    ///   - count: of windows, ascending, without overlap.
    ///   - window: the one of a number, and when its rows were fetched.
    package static func valid(
        _ counted: [RecheckRecord], of count: Int, _ window: (Int) -> (window: Window, fetchedAt: Date)
    ) -> [Self] {
        counted.compactMap { record in
            var first = (0..<count).partitioningIndex { window($0).window.to > record.range.from }
            var end = first
            while end < count, window(end).window.from < record.range.to {
                // Whole seconds, as counts are kept.
                guard Int(window(end).fetchedAt.timeIntervalSince1970) <= Int(record.countedAt.timeIntervalSince1970)
                else { return nil }
                end += 1
            }
            if first < end, window(first).window.from < record.range.from { first += 1 }
            if first < end, window(end - 1).window.to > record.range.to { end -= 1 }
            guard first < end else { return nil }
            return Self(windows: first..<end, at: Int(record.countedAt.timeIntervalSince1970))
        }
    }
}

extension Range<Int> {
    /// The range without what another covers of its start or its end; of a hole in its middle nothing is said.
    fileprivate func trimmed(by other: Range<Int>) -> Range<Int> {
        guard overlaps(other) else { return self }
        let low = other.lowerBound <= lowerBound ? Swift.min(other.upperBound, upperBound) : lowerBound
        let high = other.upperBound >= upperBound ? Swift.max(other.lowerBound, low) : upperBound
        return low..<high
    }
}
