import StorageTime

extension ClosingCourse {
    mutating func close(_ places: Range<Int>, isPart: Bool) throws {
        guard let first = places.first, let last = places.last else { return }
        do {
            if doubt == 0, try doAddUp(places, isPart: isPart) {
                let isHeld = plan.isHoldingLast && !isPart
                ending.isLastHeld = isHeld
                ending.closed += isHeld ? places.dropLast() : places
                lastClosed = windows[isHeld ? max(first, last - 1) : last]
                return
            }
        } catch let reason as Reason {
            return ending.givenUp.append(.init(places: first...last, reason: reason))
        }
        if places.count > 2, doubt == 0, !plan.isHoldingLast {
            let middle = first + places.count / 2
            try close(first..<middle, isPart: true)
            try close(middle..<places.upperBound, isPart: true)
        } else {
            try closeOneByOne(places)
        }
    }

    /// Whether windows hold what the server counts over all of them and what joins them.
    private mutating func doAddUp(_ places: Range<Int>, isPart: Bool) throws -> Bool {
        guard let first = places.first else { return true }
        if !isPart, !plan.isHoldingLast, !plan.recheck.isEmpty {
            let sum = try count(places, after: plan.recheck)
            if sum.counted == sum.expected {
                ending.cleared = .init(range: sum.range, total: sum.counted)
                noteOlder(plan.recheck)
                return true
            }
        }
        let left = predecessor(of: first)
        let sum = try count(places, after: [left].compactMap(\.self))
        if sum.counted == sum.expected {
            noteOlder([left].compactMap(\.self))
            return true
        }
        // A covered window may have moved since it was taken, which is for counting again to see to: then the others
        // add up with what it holds now.
        guard let left, left == plan.before[first] else { return false }
        let moved = try count(from: left.window.from, to: left.window.to).subtracting(held: left.total)
        return moved != 0 && sum.counted == sum.expected.adding(held: moved)
    }

    private mutating func noteOlder(_ windows: [ClosedWindow]) {
        if windows.contains(where: { $0.rows > 0 }) { ending.sawOlderRows = true }
    }

    /// One count over joining windows, those before them, and the covered one behind them; and what it should be.
    private mutating func count(
        _ places: Range<Int>, after before: [ClosedWindow]
    ) throws -> (counted: Int, expected: Int, range: Window) {
        let own = Array(windows[places])
        let isEnd = places.upperBound == windows.count && !plan.isHoldingLast
        let right = isEnd ? places.last.flatMap { plan.behind[$0] } : nil
        let closed = before + own + [right].compactMap(\.self)
        guard let first = closed.first, let last = closed.last,
            let range = try? Window(from: first.window.from, to: last.window.to)
        else { throw Reason.doesNotJoinBefore }
        let expected = Self.sum(closed)
        let isEndDoubted = plan.isEndDoubted && isEnd && last.edgeRows == 0 && right == nil
        let counted =
            try isEndDoubted
            ? countUpToOpenEnd(range.from, range.to, expected: expected, isOpenAtStart: before.isEmpty)
            : count(range.from, range.to, expected: expected, isOpenAtStart: before.isEmpty)
        return (counted, expected, range)
    }
}
