import StorageTime

extension ClosingCourse {
    /// Counts each window alone and has those taken again that moved; then makes sure that neighbours add up.
    mutating func closeOneByOne(_ places: Range<Int>) throws {
        // Only a server that keeps adding up from here on is taken at its word again.
        if doubt == 0 { contradict() }
        var agreed: [Int] = []
        for place in places {
            do {
                let isFollowing = agreed.last == place - 1
                try closeAlone(place, isFollowing: isFollowing, isLast: place == places.last)
                agreed.append(place)
                let isOfBatch = agreed.contains(place - 1) || ending.closed.contains(place - 1)
                try checkJoint(before: place, isOfBatch: isOfBatch)
            } catch let moved as PredecessorMoved {
                // Not published yet, and it never will be as it is.
                agreed.removeAll { $0 == place - 1 }
                if ending.closed.contains(place - 1) {
                    // It was closed together with others; the one before it has nothing behind it now.
                    agreed = ending.closed.filter { $0 == place - 2 } + agreed
                    ending.closed.removeAll { $0 == place - 1 || $0 == place - 2 }
                }
                giveUp(place - 1, moved.reason)
            } catch let reason as Reason {
                if agreed.last == place { agreed.removeLast() }
                giveUp(place, reason)
            }
        }
        // From the right, for one that is given up leaves its neighbour's end without a window that joins it.
        for place in agreed.reversed() where !agreed.contains(place + 1) {
            do {
                try checkEnd(of: place, isCounted: place == places.last)
            } catch let reason as Reason {
                agreed.removeAll { $0 == place }
                giveUp(place, reason)
            }
        }
        agreements += agreed.count
        ending.closed += agreed
        if let last = agreed.last { lastClosed = windows[last] }
    }

    private mutating func giveUp(_ place: Int, _ reason: Reason) {
        ending.givenUp.append(.init(places: place...place, reason: reason))
    }

    /// Has a window taken again until its own closing count agrees with it.
    ///
    /// - Parameters:
    ///   - isFollowing: whether a window agreed before joins its start.
    ///   - isLast: whether no window of the batch comes after it.
    private mutating func closeAlone(_ place: Int, isFollowing: Bool, isLast: Bool) throws {
        for attempt in 1...max(1, plan.attempts) {
            let expected = windows[place].total
            let counted = try countAlone(place, isFollowing: isFollowing, isLast: isLast)
            if counted == expected { return }
            contradict()
            guard attempt < plan.attempts else { throw Reason.movingCount(expected: expected, counted: counted) }
            guard case .taken(let again) = try answer(to: .takeAgain(place: place, attempt: attempt + 1)) else {
                return
            }
            windows[place] = again
        }
    }

    /// What the server counts in one window, with the rows at its end; and where nothing vouches for these, up to its
    /// end.
    private mutating func countAlone(_ place: Int, isFollowing: Bool, isLast: Bool) throws -> Int {
        let taken = windows[place]
        let window = taken.window
        // Rows at an end that was only seen to share none with the next window are not told from its own.
        let atEnd = try taken.isEndCompared ? countInstant(window.to) : 0
        if atEnd > 0 { return taken.total.adding(held: atEnd) }
        let counted = try count(
            window.from, window.to, expected: taken.total,
            isOpenAtStart: !isFollowing && predecessor(of: place) == nil)
        guard counted == taken.total, isLast, isOpenAtEnd(place) else { return counted }
        return try countUpToOpenEnd(window.from, window.to, expected: taken.rows)
    }

    /// A window and the one before it must add up under one count. Where both stand still and the sum falls short, the
    /// rows at their common edge are in neither: the server leaves edges out.
    ///
    /// - Parameter isOfBatch: whether the window before it is of the batch, and was closed.
    private mutating func checkJoint(before place: Int, isOfBatch: Bool) throws {
        let taken = windows[place]
        guard let left = isOfBatch ? windows[place - 1] : predecessor(of: place), left.window.to == taken.window.from
        else { return }
        let expected = Self.sum([left, taken])
        let together = try count(left.window.from, taken.window.to, expected: expected, mayBalance: true)
        guard together != expected else { return }
        contradict()
        let leftAlone = try count(from: left.window.from, to: left.window.to)
        let rightAlone = try count(from: taken.window.from, to: taken.window.to)
        let edgeAlone = try countInstant(left.window.to)
        guard rightAlone == taken.total else {
            throw Reason.movingCount(expected: taken.total, counted: rightAlone)
        }
        guard leftAlone == left.total, edgeAlone == left.edgeRows else {
            guard !isOfBatch else {
                throw PredecessorMoved(reason: .movingCount(expected: left.total, counted: leftAlone))
            }
            // A window published before may have changed since, be it by one row less and another more: that is for
            // counting again to find, and it vouches for nothing.
            let counted = try count(
                taken.window.from, taken.window.to, expected: taken.total, isOpenAtStart: true)
            if counted != taken.total { throw Reason.movingCount(expected: taken.total, counted: counted) }
            return
        }
        guard together > expected, try count(from: left.window.from, to: taken.window.to) == together else {
            throw Reason.doesNotJoinBefore
        }
        throw Reason.edgesLeftOut(rows: together - expected)
    }

    /// Makes sure of an end that no window of the batch joins.
    ///
    /// - Parameter isCounted: whether it was counted with the window, where nothing is covered beyond.
    private mutating func checkEnd(of place: Int, isCounted: Bool) throws {
        let taken = windows[place]
        if isOpenAtEnd(place) {
            if !isCounted { try checkOpenEnd(of: taken) }
            return
        }
        guard let right = plan.behind[place] else { return }
        let expected = Self.sum([taken, right])
        let together = try count(taken.window.from, right.window.to, expected: expected, mayBalance: true)
        guard together != expected else { return }
        guard try count(from: right.window.from, to: right.window.to) != right.total else {
            throw Reason.doesNotJoinBehind
        }
        // The window after it has changed since it was taken: that is for counting again to find, and it vouches for
        // nothing.
        if taken.edgeRows == 0 { try checkOpenEnd(of: taken) }
    }

    private mutating func checkOpenEnd(of taken: ClosedWindow) throws {
        let counted = try countUpToOpenEnd(taken.window.from, taken.window.to, expected: taken.rows)
        if counted != taken.rows { throw Reason.movingCount(expected: taken.rows, counted: counted) }
    }
}

/// The window before the one that is looked at is not what was read of it any more.
private struct PredecessorMoved: Error {
    let reason: ClosingMachine.Reason
}
