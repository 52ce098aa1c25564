import Archive
import Catalog
import Foundation
import OctoparseAPI
import Records
import StorageTime
import Vault

extension TaskSession {
    /// Closes joining windows as a ``ClosingMachine`` says, and publishes those that are proven.
    ///
    /// - Parameter isHoldingLast: whether the next window is to join the last: then the last stays in the batch, for
    ///   the next count to vouch for its end.
    mutating func close(_ batch: inout [TakenWindow], isHoldingLast: Bool = false) async throws {
        guard let first = batch.first else { return }
        let joint = isHoldingLast || memory.serverTrust.isDoubted ? nil : recheck.count(reaching: first.window.from)
        var machine = machine(for: batch, isHoldingLast: isHoldingLast)
        machine.recheck = joint?.count.windows.map(ClosedWindow.init) ?? []
        var rest = ClosingBatch(batch)
        batch = []
        defer { for taken in rest.taken.compactMap(\.self) { discard(taken) } }
        let ending = try await perform(&machine, &rest)
        for givenUp in ending.givenUp {
            let stretch = try rest.stretch(givenUp.places)
            try fail(stretch, error(givenUp.reason, about: stretch, rest.errors))
        }
        if ending.sawOlderRows { memory.emptyProof.sawRows() }
        if ending.isLastHeld { batch = rest.remove([rest.taken.count - 1]) }
        let before = publishedWindows
        try await publish(rest.remove(ending.closed))
        guard let cleared = ending.cleared, let joint else { return }
        recheck.remove(at: joint.place)
        // What was counted together with windows that are not there says nothing.
        if publishedWindows - before == rest.taken.count { try write(cleared, joint.count) }
    }

    private func machine(for batch: [TakenWindow], isHoldingLast: Bool) -> ClosingMachine {
        var machine = ClosingMachine(batch.map(ClosedWindow.init))
        machine.lastClosed = memory.lastClosed
        for (place, taken) in batch.enumerated() {
            machine.before[place] = known.ending(at: taken.window.from).map(ClosedWindow.init)
            machine.behind[place] = known.starting(at: taken.window.to).map(ClosedWindow.init)
        }
        machine.doubt = memory.serverTrust.doubt
        machine.isEndDoubted = memory.isLookDue
        machine.isHoldingLast = isHoldingLast
        machine.attempts = context.configuration.attempts
        return machine
    }

    /// Asks and reads what the machine says, until it has come to an end.
    private mutating func perform(
        _ machine: inout ClosingMachine, _ batch: inout ClosingBatch
    ) async throws -> ClosingMachine.Ending {
        let reader = context.reader(task: task)
        var contradictions = 0
        while true {
            let step = machine.next()
            for _ in contradictions..<machine.contradictions { memory.serverTrust.recordContradiction() }
            contradictions = machine.contradictions
            do {
                switch step {
                case .count(let from, let to):
                    machine.tell(.counted(try await reader.count(from: from, to: to).total))
                case .countInstant(let instant):
                    machine.tell(.counted(try await reader.edgeCount(at: instant)))
                case .takeAgain(let place, let attempt):
                    machine.tell(.taken(try await takeAgain(place, attempt, &batch)))
                case .end(let ending):
                    memory.serverTrust.recordAgreement(windows: machine.agreements)
                    return ending
                }
            } catch let error as CancellationError {
                throw error
            } catch {
                machine.tell(.failed(batch.errors.count))
                batch.errors.append(error)
            }
        }
    }

    /// Reads a window of the batch once more.
    private func takeAgain(_ place: Int, _ attempt: Int, _ batch: inout ClosingBatch) async throws -> ClosedWindow {
        let window = batch.windows[place]
        let before = batch.remove([place])
        for taken in before {
            discard(taken)
            context.wasted.add(taken.requests)
        }
        try await context.pause(beforeAttempt: attempt)
        switch await self.attempt(window) {
        case .taken(var again):
            again.attempts = (before.first?.attempts ?? 1) + 1
            batch.taken[place] = again
            return ClosedWindow(again)
        case .open: throw context.reader(task: task).unstable(window, "the server's clock went back")
        case .failed(let error): throw error
        }
    }

    private func error(
        _ reason: ClosingMachine.Reason, about window: Window, _ errors: [any Error]
    ) -> any Error {
        let reader = context.reader(task: task)
        switch reason {
        case .failed(let number):
            return errors.indices.contains(number) ? errors[number] : reader.unstable(window, "it could not be closed")
        case .movingCount(let expected, let counted):
            return reader.unstable(window, "its closing count is \(counted), but its pieces add up to \(expected)")
        case .doesNotJoinBefore: return reader.unstable(window, "it does not add up with the window before it")
        case .doesNotJoinBehind: return reader.unstable(window, "it does not add up with the window after it")
        case .edgesLeftOut(let rows):
            return SnapshotError(
                .intervalOpen,
                "task \(task): \(rows) rows stored exactly at \(window.from) are neither in the window before nor in the "
                    + "one after: the server leaves the edges of an interval out",
                hint: "no window can be proven on this server; take `snapshot --source all` instead")
        }
    }

    private mutating func write(_ cleared: ClosingMachine.Cleared, _ count: RecheckPlan.Count) throws {
        var findings = CountFindings()
        findings.clearedWindows = count.windows.count
        findings.cleared = [
            RecheckRecord(
                task: task.text, source: .storageTime, host: context.host, range: cleared.range,
                countedAt: context.serverNow.now, total: cleared.total)
        ]
        try write(findings)
    }
}

/// The windows of a batch while it is closed.
private struct ClosingBatch {
    let windows: [Window]
    /// Those that were not handed on.
    var taken: [TakenWindow?]
    /// What could not be done, by the numbers that the machine was told.
    var errors: [any Error] = []

    init(_ batch: [TakenWindow]) {
        windows = batch.map(\.window)
        taken = batch
    }

    /// Hands on the windows at these places.
    mutating func remove(_ places: [Int]) -> [TakenWindow] {
        places.compactMap { place in
            defer { taken[place] = nil }
            return taken[place]
        }
    }

    func stretch(_ places: ClosedRange<Int>) throws -> Window {
        try Window(from: windows[places.lowerBound].from, to: windows[places.upperBound].to)
    }
}

extension ClosedWindow {
    init(_ taken: TakenWindow) {
        self.init(
            window: taken.window, rows: taken.rows, edgeRows: taken.edgeRows, isEndCompared: taken.isEndCompared)
    }

    init(_ known: RecheckPlan.Known) {
        self.init(
            window: known.window, rows: known.total.subtracting(held: known.edgeRows), edgeRows: known.edgeRows)
    }

    init(_ record: WindowRecord) {
        let facts = record.facts
        self.init(
            window: record.window, rows: facts.total.subtracting(held: facts.edgeRows), edgeRows: facts.edgeRows)
    }
}
