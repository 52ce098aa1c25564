internal import Catalog
internal import OctoparseAPI
internal import StorageTime

extension TaskSession {
    /// Closes joining windows by one enclosing count, and publishes them; where the sum does not add up, each on its own.
    mutating func close(_ batch: inout [TakenWindow]) async throws {
        guard let first = batch.first, let last = batch.last else { return }
        let joined = joiningPredecessor(of: first.window)
        let expected = Closing.expectedTotal(
            of: (joined.map { [$0] } ?? []).map { ($0.rows, $0.edgeRows) } + batch.map { ($0.rows, $0.edgeRows) })
        let reader = context.reader(task: task)
        let counted: Int
        do {
            counted = try await reader.count(from: joined?.window.from ?? first.window.from, to: last.window.to).total
        } catch {
            let stretch = try Window(from: first.window.from, to: last.window.to)
            for taken in batch { discard(taken) }
            batch = []
            return try fail(stretch, error)
        }
        if counted != expected { try await settleOneByOne(&batch) }
        let closed = batch
        batch = []
        try await publish(closed)
    }

    /// The window that ends where `window` starts: one just closed, or one that was covered before. Counting it too shows
    /// whether the server leaves out the rows at their common edge.
    private func joiningPredecessor(of window: Window) -> ClosedWindow? {
        if let last = memory.lastClosed, last.window.to == window.from { return last }
        return known.ending(at: window.from).map {
            ClosedWindow(window: $0.window, rows: $0.facts.total - $0.facts.edgeRows, edgeRows: $0.facts.edgeRows)
        }
    }

    /// Counts each window alone and takes those again that moved; then makes sure that neighbours add up.
    ///
    /// What cannot be closed is recorded as failed and leaves the batch.
    private mutating func settleOneByOne(_ batch: inout [TakenWindow]) async throws {
        var settled: [TakenWindow] = []
        defer { batch = settled }
        for taken in batch {
            do {
                let still = try await settle(taken)
                settled.append(still)
                try await checkJoint(before: still, after: settled.dropLast().last.map(ClosedWindow.init))
            } catch let moved as PredecessorMoved {
                // Not published yet, and it never will be as it is.
                let left = settled.remove(at: settled.count - 2)
                discard(left)
                try fail(left.window, moved.error)
            } catch {
                if settled.last?.window == taken.window { discard(settled.removeLast()) }
                try fail(taken.window, error)
            }
        }
    }

    /// The window as its own closing count agrees with, taken again where it must be.
    private func settle(_ taken: TakenWindow) async throws -> TakenWindow {
        var taken = taken
        let reader = context.reader(task: task)
        for round in 1...context.configuration.attempts {
            let counted: Int
            do {
                counted = try await reader.count(from: taken.window.from, to: taken.window.to).total
            } catch {
                discard(taken)
                throw error
            }
            if counted == taken.expectedTotal { return taken }
            discard(taken)
            if round == context.configuration.attempts {
                throw unsettled(taken, counted: counted)
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

    private func unsettled(_ taken: TakenWindow, counted: Int) -> SnapshotError {
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
        let together = try await reader.count(from: left.window.from, to: taken.window.to).total
        guard together != expected else { return }
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
            // counting again to find.
            return
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
}

/// The window before the one that is checked, both not published yet, is not what was read of it any more.
private struct PredecessorMoved: Error {
    let error: SnapshotError
}

extension TaskSession.ClosedWindow {
    init(_ taken: TakenWindow) {
        self.init(window: taken.window, rows: taken.rows, edgeRows: taken.edgeRows)
    }
}
