import Algorithms
import Archive
import RowJSON
import StorageTime
import Vault

/// In which order windows are asked for.
///
/// Joining windows that have no snapshot yet are asked for one after the other, so that the answer of each settles the
/// end of the one before; several requests in flight are several such stretches. Windows that are taken again, and all
/// of a server that is doubted, are asked for one by one in any order, each with the rows at its end.
extension TaskSession {
    /// How many windows one stretch holds at most, and one closing count encloses: their drafts are open files.
    static let longestStretch = 32
    static let mostFailuresInARow = 3
    /// How many windows are taken the careful way before the server is judged anew.
    private static let carefulWindows = 8

    /// Takes `windows` as they are.
    ///
    /// - Parameter isOneByOne: whether each is to be taken on its own.
    mutating func takeWhole(_ windows: [Window], isOneByOne: Bool = false) async throws {
        guard let last = windows.last else { return }
        var rest = windows[...]
        while let first = rest.first {
            let isCareful = isOneByOne || memory.serverTrust.isDoubted || known.contains(first)
            let (begun, mayGoOn) =
                try await isCareful
                ? takeOneByOne(isOneByOne ? rest : carefulPart(of: rest), through: last)
                : takeStretches(rest.prefix { !known.contains($0) }, through: last)
            guard mayGoOn, begun > 0 else { return }
            rest = rest.dropFirst(begun)
        }
    }

    /// The windows to be taken one by one before the server is judged anew.
    private func carefulPart(of windows: ArraySlice<Window>) -> ArraySlice<Window> {
        guard memory.serverTrust.isDoubted else { return windows.prefix { known.contains($0) } }
        return windows.prefix(max(Self.carefulWindows, memory.serverTrust.standing.windowsLeft))
    }

    /// Takes windows each on its own.
    ///
    /// - Returns: how many were begun, and whether the run may go on.
    private mutating func takeOneByOne(
        _ windows: ArraySlice<Window>, through last: Window
    ) async throws -> (begun: Int, mayGoOn: Bool) {
        var rest = windows.makeIterator()
        var begun = 0
        var batch: [TakenWindow] = []
        let session = self
        defer { for taken in batch { discard(taken) } }
        try await OrderedPipeline.run(
            width: context.configuration.concurrency, ahead: 2 * context.configuration.closingBatch,
            next: { rest.next() }, mayBegin: context.mayGoOn,
            work: { window in
                await session.attempt(window)
            },
            deliver: { window, outcome in
                begun += 1
                try await accept(outcome, of: window, into: &batch, through: last)
                if batch.count > context.configuration.closingBatch { try await close(&batch, isHoldingLast: true) }
            },
            abandon: { outcome in
                if case .taken(let taken) = outcome { session.discard(taken) }
            })
        try await close(&batch)
        return (begun, begun == windows.count)
    }

    /// Takes windows without a snapshot, several stretches of joining ones at a time, for as long as the server is
    /// believed.
    ///
    /// - Returns: how many were begun, and whether the run may go on.
    private mutating func takeStretches(
        _ windows: ArraySlice<Window>, through last: Window
    ) async throws -> (begun: Int, mayGoOn: Bool) {
        var rest = windows.chunked { $0.to == $1.from }.flatMap { $0.chunks(ofCount: Self.longestStretch) }
            .makeIterator()
        var begun = 0
        var batch: [TakenWindow] = []
        let session = self
        let trust = memory.serverTrust
        var wanted = 0
        defer { for taken in batch { discard(taken) } }
        try await OrderedPipeline.run(
            width: context.configuration.concurrency,
            next: {
                guard !trust.isDoubted, let stretch = rest.next() else { return nil }
                wanted += stretch.count
                return stretch
            }, mayBegin: context.mayGoOn,
            work: { stretch in await session.attempt(inOrder: stretch) },
            deliver: { stretch, outcomes in
                begun += outcomes.count
                var unaccounted = outcomes[...]
                defer { discard(unaccounted) }
                for window in stretch.prefix(outcomes.count) {
                    guard let outcome = unaccounted.popFirst() else { break }
                    try await accept(outcome, of: window, into: &batch, through: last)
                }
                try await close(&batch)
            },
            abandon: { session.discard($0[...]) })
        return (begun, begun == wanted)
    }

    private func discard(_ outcomes: ArraySlice<Attempt.Outcome>) {
        for case .taken(let taken) in outcomes { discard(taken) }
    }

    /// Accounts for a window that was begun; those that do not join the batch close it first.
    private mutating func accept(
        _ outcome: Attempt.Outcome, of window: Window, into batch: inout [TakenWindow], through last: Window
    ) async throws {
        attempted.append(window)
        switch outcome {
        case .taken(let taken):
            memory.failuresInARow = 0
            do {
                if let end = batch.last?.window.to, end != window.from { try await close(&batch) }
            } catch {
                discard(taken)
                throw error
            }
            batch.append(taken)
        case .open:
            summary.open += isTakingEdges ? 0 : 1
            context.report(.open(task: task.text, window: window))
        case .failed(let error):
            try await close(&batch)
            try fail(window, error, through: last)
        }
    }

    /// Reads joining windows without a snapshot, each after the one before it was answered, so that the rows at its
    /// start tell which of that one's rows are its own.
    ///
    /// - Returns: what came of the windows, fewer where the run may not go on or the windows behind would fare no
    ///   better.
    func attempt(inOrder windows: ArraySlice<Window>) async -> [Attempt.Outcome] {
        var outcomes: [Attempt.Outcome] = []
        var failuresInARow = 0
        var unsettled: (attempt: Attempt, reading: Attempt.Reading)?
        for (place, window) in windows.enumerated() {
            if place > 0, failuresInARow >= Self.mostFailuresInARow || !context.mayGoOn() { break }
            let attempt: Attempt
            do {
                attempt = try self.attempt(at: window)
            } catch {
                if let unsettled { outcomes.append(await unsettled.attempt.finish(unsettled.reading, before: nil)) }
                unsettled = nil
                outcomes.append(.failed(error))
                continue
            }
            let reading = await attempt.read()
            if case .ended(.failed(let error)) = reading {
                failuresInARow = FailureScope.stopsTask(error) ? Self.mostFailuresInARow : failuresInARow + 1
            } else {
                failuresInARow = 0
            }
            if let unsettled {
                outcomes.append(await unsettled.attempt.finish(unsettled.reading, before: reading.first))
            }
            unsettled = (attempt, reading)
        }
        if let unsettled { outcomes.append(await unsettled.attempt.finish(unsettled.reading, before: nil)) }
        return outcomes
    }

    private func attempt(at window: Window) throws -> Attempt {
        let home = locked.address(of: window)
        try locked.quarantine(home)
        return Attempt(context: context, locked: locked, window: window, salvage: try locked.salvage(at: home))
    }
}
