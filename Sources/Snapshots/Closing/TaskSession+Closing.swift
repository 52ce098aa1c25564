import Catalog
import OctoparseAPI
import Records
import StorageTime

extension TaskSession {
    /// Closes joining windows by one enclosing count, and publishes them; where the sum does not add up, each on its
    /// own.
    ///
    /// - Parameter isHoldingLast: whether the next window is to join the last: then the last stays in the batch, for
    ///   the next count to vouch for its end.
    mutating func close(_ batch: inout [TakenWindow], isHoldingLast: Bool = false) async throws {
        guard let first = batch.first, let last = batch.last else { return }
        var doAddUp = false
        do {
            if !memory.serverTrust.isDoubted {
                doAddUp = try await addUp(batch.map(ClosedWindow.init), isHoldingLast: isHoldingLast)
            }
        } catch {
            let stretch = try Window(from: first.window.from, to: last.window.to)
            for taken in batch { discard(taken) }
            batch = []
            return try fail(stretch, error)
        }
        var held: [TakenWindow] = []
        if doAddUp {
            if isHoldingLast { held = [batch.removeLast()] }
        } else {
            try await closeOneByOne(&batch)
        }
        let closed = batch
        batch = held
        try await publish(closed)
    }

    /// Whether joining windows hold what the server counts over all of them, together with the covered windows that
    /// they join: so rows at a common edge that the server leaves out show.
    private func addUp(_ windows: [ClosedWindow], isHoldingLast: Bool = false) async throws -> Bool {
        guard let first = windows.first, let last = windows.last else { return true }
        let reader = context.reader(task: task)
        let left = joiningPredecessor(of: first.window)
        let right = isHoldingLast ? nil : joiningSuccessor(of: last.window)
        let from = left?.window.from ?? first.window.from
        let to = right?.window.to ?? last.window.to
        let closed = [left].compactMap(\.self) + windows + [right].compactMap(\.self)
        let expected = Closing.expectedTotal(of: closed.map { ($0.rows, $0.edgeRows) })
        if last.edgeRows == 0, right == nil, !isHoldingLast {
            return try await reader.countUpToOpenEnd(from: from, to, expected: expected, isOpenAtStart: left == nil)
                == expected
        }
        // Where every edge has rows, none of them can stand in two windows and make up for others that are left out.
        return try await reader.count(
            from: from, to: to, expected: expected, mayBalance: windows.contains { $0.edgeRows == 0 },
            isOpenAtStart: left == nil) == expected
    }

    /// The window that ends where `window` starts: one just closed, or one that was covered before. Counting it too
    /// shows whether the server leaves out the rows at their common edge.
    private func joiningPredecessor(of window: Window) -> ClosedWindow? {
        if let last = memory.lastClosed, last.window.to == window.from { return last }
        return known.ending(at: window.from).map(ClosedWindow.init)
    }

    /// The window that starts where `window` ends, and was covered before.
    private func joiningSuccessor(of window: Window) -> ClosedWindow? {
        known.starting(at: window.to).map(ClosedWindow.init)
    }

    /// Counts each window alone and takes those again that moved; then makes sure that neighbours add up.
    ///
    /// What cannot be closed is recorded as failed and leaves the batch.
    private mutating func closeOneByOne(_ batch: inout [TakenWindow]) async throws {
        // Only a server that keeps adding up from here on is taken at its word again.
        if !memory.serverTrust.isDoubted { memory.serverTrust.recordContradiction() }
        var agreed: [TakenWindow] = []
        defer { batch = agreed }
        let last = batch.last?.window
        for taken in batch {
            do {
                let isFollowing = agreed.last?.window.to == taken.window.from
                let still = try await closeAlone(taken, isFollowing: isFollowing, isLast: taken.window == last)
                agreed.append(still)
                try await checkJoint(before: still, after: agreed.dropLast().last.map(ClosedWindow.init))
            } catch let moved as PredecessorMoved {
                // Not published yet, and it never will be as it is.
                let left = agreed.remove(at: agreed.count - 2)
                discard(left)
                try fail(left.window, moved.error)
            } catch {
                if agreed.last?.window == taken.window { discard(agreed.removeLast()) }
                try fail(taken.window, error)
            }
        }
        try await checkEnds(of: &agreed, last: last)
        memory.serverTrust.recordAgreement(windows: agreed.count)
    }

    /// The window as its own closing count agrees with, taken again where it must be.
    ///
    /// - Parameters:
    ///   - isFollowing: whether a window agreed before joins its start.
    ///   - isLast: whether no window of the batch comes after it.
    private func closeAlone(_ taken: TakenWindow, isFollowing: Bool, isLast: Bool) async throws -> TakenWindow {
        var taken = taken
        for round in 1...context.configuration.attempts {
            let counted: Int
            do {
                counted = try await countAlone(taken, isFollowing: isFollowing, isLast: isLast)
            } catch {
                discard(taken)
                throw error
            }
            if counted == taken.expectedTotal { return taken }
            memory.serverTrust.recordContradiction()
            discard(taken)
            if round == context.configuration.attempts {
                throw movingWindows(taken, counted: counted)
            }
            try await context.pause(beforeAttempt: round + 1)
            let attempts = taken.attempts + 1
            switch await attempt(taken.window) {
            case .taken(let again): taken = again
            case .open: throw context.reader(task: task).unstable(taken.window, "the server's clock went back")
            case .failed(let error): throw error
            }
            taken.attempts = attempts
        }
        return taken
    }

    /// What the server counts in one window, with the rows at its end; and where nothing vouches for these, up to its
    /// end.
    ///
    /// - Returns: the window's ``TakenWindow/expectedTotal`` where both agree with it, else the count that does not.
    private func countAlone(_ taken: TakenWindow, isFollowing: Bool, isLast: Bool) async throws -> Int {
        let reader = context.reader(task: task)
        let window = taken.window
        let isOpenAtStart = !isFollowing && joiningPredecessor(of: window) == nil
        let counted = try await reader.count(
            from: window.from, to: window.to, expected: taken.expectedTotal, mayBalance: false,
            isOpenAtStart: isOpenAtStart)
        guard counted == taken.expectedTotal, isLast, isOpenAtEnd(taken) else { return counted }
        return try await reader.countUpToOpenEnd(
            from: window.from, window.to, expected: taken.rows, isOpenAtStart: false)
    }

    /// Whether nothing vouches for it that no row is stored at a window's end.
    private func isOpenAtEnd(_ taken: TakenWindow) -> Bool {
        taken.edgeRows == 0 && joiningSuccessor(of: taken.window) == nil
    }

    private func movingWindows(_ taken: TakenWindow, counted: Int) -> SnapshotError {
        context.reader(task: task).unstable(
            taken.window, "its closing count is \(counted), but its pieces add up to \(taken.expectedTotal)")
    }

    /// A window and the one before it must add up under one count. Where both stand still and the sum falls short, the
    /// rows at their common edge are in neither: the server leaves edges out.
    private func checkJoint(before taken: TakenWindow, after predecessor: ClosedWindow?) async throws {
        guard let left = predecessor ?? joiningPredecessor(of: taken.window), left.window.to == taken.window.from else {
            return
        }
        let expected = Closing.expectedTotal(of: [(left.rows, left.edgeRows), (taken.rows, taken.edgeRows)])
        let reader = context.reader(task: task)
        let together = try await reader.count(
            from: left.window.from, to: taken.window.to, expected: expected, mayBalance: true, isOpenAtStart: false)
        guard together != expected else { return }
        memory.serverTrust.recordContradiction()
        let leftAlone = try await reader.count(from: left.window.from, to: left.window.to).total
        let rightAlone = try await reader.count(from: taken.window.from, to: taken.window.to).total
        let edgeAlone = try await reader.count(from: left.window.to, to: left.window.to).total
        guard rightAlone == taken.expectedTotal else {
            throw reader.unstable(taken.window, "its count moved from \(taken.expectedTotal) to \(rightAlone)")
        }
        guard leftAlone == left.rows + left.edgeRows, edgeAlone == left.edgeRows else {
            guard predecessor == nil else {
                throw PredecessorMoved(error: reader.unstable(left.window, "its count moved to \(leftAlone)"))
            }
            // A window published before may have changed since, be it by one row less and another more: that is for
            // counting again to find, and it vouches for nothing.
            return try await checkStart(of: taken)
        }
        guard together > expected,
            try await reader.count(from: left.window.from, to: taken.window.to).total == together
        else {
            throw reader.unstable(taken.window, "it does not add up with the window before it")
        }
        throw SnapshotError(
            .intervalOpen,
            "task \(task): \(together - expected) rows stored exactly at \(taken.window.from) are neither in the window "
                + "before nor in the one after: the server leaves the edges of an interval out",
            hint: "no window can be proven on this server; take `snapshot --source all` instead")
    }

    /// Makes sure of the ends that no window of the batch joins, and gives up the windows of which they prove nothing.
    ///
    /// - Parameter last: the batch's last window, whose end was counted with it where nothing is covered beyond.
    private mutating func checkEnds(of agreed: inout [TakenWindow], last: Window?) async throws {
        // From the right, for one that is given up leaves its neighbour's end without a window that joins it.
        for taken in agreed.reversed() {
            guard !agreed.contains(where: { $0.window.from == taken.window.to }) else { continue }
            do {
                try await checkEnd(of: taken, isCounted: taken.window == last)
            } catch {
                discard(taken)
                agreed.removeAll { $0.window == taken.window }
                try fail(taken.window, error)
            }
        }
    }

    private func checkOpenEnd(of taken: TakenWindow) async throws {
        let counted = try await context.reader(task: task).countUpToOpenEnd(
            from: taken.window.from, taken.window.to, expected: taken.rows, isOpenAtStart: false)
        if counted != taken.rows { throw movingWindows(taken, counted: counted) }
    }

    private func checkStart(of taken: TakenWindow) async throws {
        let counted = try await context.reader(task: task).count(
            from: taken.window.from, to: taken.window.to, expected: taken.expectedTotal, mayBalance: false,
            isOpenAtStart: true)
        if counted != taken.expectedTotal { throw movingWindows(taken, counted: counted) }
    }

    private func checkEnd(of taken: TakenWindow, isCounted: Bool) async throws {
        let reader = context.reader(task: task)
        let window = taken.window
        if isOpenAtEnd(taken) {
            if !isCounted { try await checkOpenEnd(of: taken) }
            return
        }
        guard let right = joiningSuccessor(of: window) else { return }
        let expected = Closing.expectedTotal(of: [(taken.rows, taken.edgeRows), (right.rows, right.edgeRows)])
        let together = try await reader.count(
            from: window.from, to: right.window.to, expected: expected, mayBalance: true, isOpenAtStart: false)
        guard together != expected else { return }
        let rightAlone = try await reader.count(from: right.window.from, to: right.window.to).total
        guard rightAlone != right.rows + right.edgeRows else {
            throw reader.unstable(window, "it does not add up with the window after it")
        }
        // The window after it has changed since it was taken: that is for counting again to find, and it vouches for
        // nothing.
        if taken.edgeRows == 0 { try await checkOpenEnd(of: taken) }
    }
}

/// The window before the one that is checked, both not published yet, is not what was read of it any more.
private struct PredecessorMoved: Error {
    let error: SnapshotError
}

extension TaskSession.ClosedWindow {
    init(_ taken: TakenWindow) {
        self.init(window: taken.window, rows: taken.rows, edgeRows: taken.edgeRows)
    }

    init(_ record: WindowRecord) {
        let facts = record.facts
        self.init(window: record.window, rows: facts.total - facts.edgeRows, edgeRows: facts.edgeRows)
    }
}
