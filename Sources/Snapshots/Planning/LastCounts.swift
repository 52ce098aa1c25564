import Foundation
import StorageTime

/// Which windows still owe their last count, and which others each of them was not told apart from yet.
///
/// One row come to a window and one gone from another cancel out in a count over both. So a last count is done only
/// once every other window that it encloses was counted without the window, or the window without it, at that time or
/// later. Counts are known by the windows that they enclose. A count is void once a window in it was taken again: its
/// total was another than the count went by, and may have made up for something.
///
/// Windows are told by their numbers, ascending; there is no clock and no server in here.
struct LastCounts: Sendable, Hashable {
    /// A count that came out as expected.
    struct Count: Sendable, Hashable {
        /// The windows that it encloses; at least one.
        var windows: Range<Int>
        /// Seconds since 1970.
        var at: Int
    }

    /// The windows before and behind one that it was not told apart from: all between the bounds of each range, so
    /// perhaps some too many.
    struct Company: Sendable, Hashable {
        var before: Range<Int>
        var behind: Range<Int>

        var count: Int { before.count + behind.count }

        init(of window: Int, in counted: Range<Int>) {
            before = counted.lowerBound..<window
            behind = (window + 1)..<counted.upperBound
        }

        /// What is left of it after another count.
        func told(window: Int, by counted: Range<Int>) -> Company {
            var rest = self
            if counted.contains(window) {
                rest.before = before.clamped(to: counted)
                rest.behind = behind.clamped(to: counted)
            } else {
                rest.before = before.trimmed(by: counted)
                rest.behind = behind.trimmed(by: counted)
            }
            return rest
        }
    }

    /// Windows whose last count was made and came out as expected, and what each is not told apart from; done ones are
    /// left out.
    private(set) var company: [Int: Company] = [:]
    /// Whether each window's last count was made, and is not void.
    private var isCounted: [Bool]
    /// How far from a window its company reaches, at most.
    private var reach = 0

    /// - Parameters:
    ///   - windows: how many windows there are.
    ///   - counts: valid ones, in any order.
    ///   - isLast: whether a count at that time, in seconds since 1970, is a window's last one.
    /// - Complexity: O(*c* (log *c* + *k*)) for *c* counts of *k* windows each.
    init(windows: Int, counts: [Count], isLast: (_ window: Int, _ at: Int) -> Bool) {
        isCounted = Array(repeating: false, count: windows)
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
    func isCounted(_ window: Int) -> Bool { isCounted[window] }

    /// Has windows owe nothing of which something else vouches.
    mutating func settle(where isSettled: (Int) -> Bool) {
        for window in company.keys where isSettled(window) { company[window] = nil }
    }

    /// The windows that have company, ascending.
    var owing: [Int] { company.keys.sorted() }

    /// How much of all company a count over these windows would tell apart.
    func gain(of counted: Range<Int>) -> Int {
        near(counted).reduce(0) { sum, window in
            guard let known = company[window] else { return sum }
            return sum + known.count - known.told(window: window, by: counted).count
        }
    }

    /// Takes a count into account that is expected to come out well.
    ///
    /// - Returns: the windows that it tells apart from others.
    @discardableResult
    mutating func note(_ counted: Range<Int>) -> Set<Int> {
        var gaining: Set<Int> = []
        for window in near(counted) {
            guard let known = company[window] else { continue }
            let left = known.told(window: window, by: counted)
            if left == known { continue }
            gaining.insert(window)
            company[window] = left.count == 0 ? nil : left
        }
        return gaining
    }

    private mutating func begin(_ count: Count, _ isLast: (Int, Int) -> Bool) {
        for window in count.windows where !isCounted[window] && isLast(window, count.at) {
            isCounted[window] = true
            let own = Company(of: window, in: count.windows)
            reach = max(reach, count.windows.count)
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

extension Range<Int> {
    /// The range without what another covers of its start or its end; of a hole in its middle nothing is said.
    fileprivate func trimmed(by other: Range<Int>) -> Range<Int> {
        guard overlaps(other) else { return self }
        let low = other.lowerBound <= lowerBound ? Swift.min(other.upperBound, upperBound) : lowerBound
        let high = other.upperBound >= upperBound ? Swift.max(other.lowerBound, low) : upperBound
        return low..<high
    }
}

extension LastCounts {
    /// How many counts more than those planned a run makes at most.
    private static let mostMore = 8

    /// Where the bounds of counts are best moved to, so that they tell windows apart.
    ///
    /// Runs as frequent as windows tell all of them apart by counts that are made anyway, since the first window of one
    /// run's count is not in the next one's. Windows whose last count was made in one run, as after an outage, need
    /// counts of their own: one a run, and more only where many wait.
    ///
    /// - Parameters:
    ///   - planned: the windows of each count that is made anyway.
    ///   - longest: how many windows one count may enclose.
    ///   - joins: whether a window begins where the one before ends.
    /// - Returns: the counts to make: those planned, in their order, each over the windows planned or more; and further
    ///   ones.
    func placing(_ planned: [Range<Int>], longest: Int, joins: (Int) -> Bool) -> [Range<Int>] {
        guard !company.isEmpty else { return planned }
        var rest = self
        var placed: [Range<Int>] = []
        var gaining: Set<Int> = []
        for range in planned {
            let best = rest.gain(of: range) > 0 ? range : rest.stretched(range, longest, joins)
            gaining.formUnion(rest.note(best))
            placed.append(best)
        }
        let silent = rest.company.keys.filter { !gaining.contains($0) }.sorted()
        var more = min(Self.mostMore, 1 + silent.count / 32)
        for window in silent where more > 0 && !gaining.contains(window) {
            guard let count = rest.halving(around: window, longest, joins) else { continue }
            gaining.formUnion(rest.note(count))
            placed.append(count)
            more -= 1
        }
        return placed
    }

    /// The range with one of its bounds moved outward to where it tells most; as it is where that tells as much.
    private func stretched(_ range: Range<Int>, _ longest: Int, _ joins: (Int) -> Bool) -> Range<Int> {
        var best = (range: range, gain: gain(of: range))
        func consider(_ candidate: Range<Int>) {
            let gain = gain(of: candidate)
            if gain > best.gain { best = (candidate, gain) }
        }
        var low = range.lowerBound
        while low > 0, range.upperBound - low < longest, joins(low) {
            low -= 1
            consider(low..<range.upperBound)
        }
        var high = range.upperBound
        while high < isCounted.count, high - range.lowerBound < longest, joins(high) {
            high += 1
            consider(range.lowerBound..<high)
        }
        return best.range
    }

    /// The count that tells most about a window and its company; nil where there is none.
    private func halving(around window: Int, _ longest: Int, _ joins: (Int) -> Bool) -> Range<Int>? {
        guard let own = company[window] else { return nil }
        let hull = min(own.before.lowerBound, window)..<max(own.behind.upperBound, window + 1)
        let clamped = hull.clamped(to: max(0, window - longest + 1)..<min(isCounted.count, window + longest))
        var best: (range: Range<Int>, gain: Int)?
        for middle in clamped.dropFirst() {
            for range in [clamped.lowerBound..<middle, middle..<clamped.upperBound]
            where range.count <= longest && range.dropFirst().allSatisfy(joins) {
                let gain = gain(of: range)
                if gain > best?.gain ?? 0 { best = (range, gain) }
            }
        }
        return best?.range
    }
}
