import Vault

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
        while high < windowCount, high - range.lowerBound < longest, joins(high) {
            high += 1
            consider(range.lowerBound..<high)
        }
        return best.range
    }

    /// The count that tells most about a window and its company; nil where there is none.
    private func halving(around window: Int, _ longest: Int, _ joins: (Int) -> Bool) -> Range<Int>? {
        guard let own = company[window] else { return nil }
        let hull = min(own.before.lowerBound, window)..<max(own.behind.upperBound, window + 1)
        let clamped = hull.clamped(to: max(0, window - longest + 1)..<min(windowCount, window + longest))
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
