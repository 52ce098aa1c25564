import Archive
import Foundation
import OctoparseAPI
import Records
import RowJSON
import StorageTime
import Vault

/// Takes a task's rows behind the last cursor, while its lock is held.
///
/// Each answer is judged by its counts, and rows that come again are found by their bytes. Only rows that are proven
/// to be new are stored so. What cannot be told, rows before the cursor, and a cursor that is refused, stands still or
/// goes back, wherever in a run, have the task walked from its first row: its rows that are not here yet, by their
/// bytes, are one more increment.
struct IncrementTaker: Sendable {
    let context: SessionContext
    let cursors: any CursorSource
    let locked: LockedTask
    var taskName = ""
    let now: @Sendable () -> Date
    let mayGoOn: @Sendable () -> Bool
    let report: @Sendable (CaptureEvent) -> Void

    /// How reading behind the last cursor ended.
    private enum Ending: Sendable {
        case whole
        case stopped
        /// The task is to be walked from its first row.
        case walkOwed
    }

    /// - Parameter walksAgainAfter: how long after the last walk another one is owed; nil is never.
    /// - Throws: ``SnapshotError/Code/unstable`` and ``SnapshotError/Code/cursorUnusable`` once every attempt was
    ///   spent; what was published until then stays, and the next call goes on from there.
    func take(walksAgainAfter age: Seconds?) async throws -> CaptureOutcome {
        // An increment that is found damaged does not count any more, so that its rows are taken again.
        var attempt = 0
        while true {
            do {
                return try await attemptTaking(walksAgainAfter: age)
            } catch let error as HeldIncrements.Damaged where attempt < 1000 {
                attempt += 1
                guard try locked.noteDamage(error.error, at: error.address) else { throw error.error }
            }
        }
    }

    private func attemptTaking(walksAgainAfter age: Seconds?) async throws -> CaptureOutcome {
        _ = try IncrementRescue(locked: locked, host: context.host, encoders: context.encoders, now: now).run()
        let waiting = IncrementRescue.waiting(locked)
        var writer = IncrementWriter(context: context, locked: locked, held: try HeldIncrements(locked), now: now)
        writer.taskName = taskName
        defer { writer.discard() }
        do {
            var ending = Ending.walkOwed
            if writer.held.isProven, waiting.isEmpty, !isWalkDue(writer, age) { ending = try await goOn(&writer) }
            if ending == .walkOwed {
                ending = try await walk(&writer)
                // What the cloud has is here, and what still read is.
                if ending == .whole { for address in waiting { try locked.forget(address) } }
            }
            if ending == .whole { try writer.sealEarlier() }
            return outcome(writer, ending)
        } catch  where writer.captures > 0 && !(error is HeldIncrements.Damaged) {
            var failed = outcome(writer, .whole)
            failed.result = error is CancellationError ? .stopped : .failed
            if failed.result == .failed { failed.error = error }
            return failed
        }
    }

    private func isWalkDue(_ writer: IncrementWriter, _ age: Seconds?) -> Bool {
        guard let age, let range = writer.held.newest?.manifest.range else { return false }
        guard let walked = range.walkedAt else { return true }
        return now().timeIntervalSince(walked) >= Double(age.count)
    }

    private func outcome(_ writer: IncrementWriter, _ ending: Ending) -> CaptureOutcome {
        var outcome = CaptureOutcome(
            task: locked.task, source: .increments,
            result: ending == .stopped ? .stopped : writer.newRows > 0 || writer.captures > 0 ? .captured : .unchanged)
        let newest = writer.held.newest
        outcome.captures = writer.captures
        outcome.rows = writer.newRows
        outcome.bytes = writer.bytes
        outcome.capturedAt = newest?.manifest.capturedAt
        outcome.path = newest?.address.manifestPath
        outcome.proof = newest?.manifest.proof
        outcome.left = newest?.manifest.range?.restTotal
        outcome.kept = newest?.manifest.kept ?? 0
        return outcome
    }
}

extension IncrementTaker {
    /// Reads behind the last cursor.
    private func goOn(_ writer: inout IncrementWriter) async throws -> Ending {
        var ledger = CursorLedger(held: writer.held.present)
        var cursor = writer.held.cursor
        let isFirst = cursor == CursorRange.start
        // With no row at the server that is here, counts do not tell a cursor that starts over.
        let tellsNothing = writer.held.rows > 0 && writer.held.present == 0
        var kept = writer.held.newest?.manifest.kept ?? 0
        var seam = isFirst ? CursorSeam.start : CursorSeam(behind: writer.held)
        while true {
            guard mayGoOn(), !Task.isCancelled else {
                try flush(&writer, cursor, ledger, kept, seam)
                return .stopped
            }
            let found: CursorReader.Found
            do {
                found = try await reader.ask(behind: cursor, ledger, &seam, writer.held)
            } catch is CursorRefused {
                // From the first row on, each cursor is told anew.
                try flush(&writer, cursor, ledger, kept, seam)
                return .walkOwed
            } catch  where !(error is HeldIncrements.Damaged) {
                try flush(&writer, cursor, ledger, kept, seam)
                throw error
            }
            writer.note(requests: found.requests, attempts: found.attempts)
            let answer = found.answer
            guard found.isProven, found.page.rows.isEmpty || !tellsNothing else {
                try flush(&writer, cursor, ledger, kept, seam)
                return .walkOwed
            }
            kept += found.lost
            ledger.accept(answer)
            try writer.append(found.newRows)
            seam.advance(found)
            if !found.page.rows.isEmpty { cursor = answer.next }
            report(.read(task: locked.task, rows: answer.total - answer.rest, total: answer.total, pass: 1))
            if answer.rest == 0 || writer.isFull {
                try writer.publish(
                    .init(
                        cursor: cursor, total: answer.total, rest: answer.rest, kept: kept, proof: .oneAnswer,
                        walkedAt: isFirst && answer.rest == 0 ? now() : nil, lastAnswer: seam.last))
            }
            if answer.rest == 0 { return .whole }
        }
    }

    /// Publishes what is in hand of a run that goes no further: its rows are proven.
    private func flush(
        _ writer: inout IncrementWriter, _ cursor: String, _ ledger: CursorLedger, _ kept: Int, _ seam: CursorSeam
    ) throws {
        guard writer.rows > writer.held.rows, let total = ledger.total else { return }
        try writer.publish(
            .init(
                cursor: cursor, total: total, rest: total - ledger.held, kept: kept, proof: .oneAnswer,
                lastAnswer: seam.last))
    }

    private var reader: CursorReader {
        CursorReader(context: context, cursors: cursors, query: .all(task: locked.task.text), what: "increments")
    }
}

extension IncrementTaker {
    /// Reads all rows from the first one on, and stores those that are not here.
    private func walk(_ writer: inout IncrementWriter) async throws -> Ending {
        var here = try writer.held.multiset()
        var problem: SnapshotError?
        for attempt in 1...max(context.configuration.attempts, 2) {
            if attempt > 1 { try await context.pause(beforeAttempt: attempt) }
            writer.begin(after: CursorRange.start)
            do {
                if let ending = try await walk(&writer, &here) { return ending }
                problem = nil
            } catch let error as SnapshotError where error.code == .cursorUnusable {
                problem = error
            }
        }
        throw problem ?? reader.unstable("its rows keep moving while they are read from the first one on")
    }

    /// - Parameter here: the rows that are here; those published on the way are added.
    /// - Returns: nil where rows moved.
    /// - Throws: ``SnapshotError/Code/cursorUnusable`` where a cursor is refused or contradicts itself.
    private func walk(_ writer: inout IncrementWriter, _ here: inout RowMultiset) async throws -> Ending? {
        let known = writer.held.cursor
        let knownLast = writer.held.newest?.manifest.range?.lastAnswer
        var rest = here
        var ledger = CursorLedger(held: 0)
        var cursor = CursorRange.start
        var seam = CursorSeam.start
        var fresh: [RowHash] = []
        while true {
            guard mayGoOn(), !Task.isCancelled else { return .stopped }
            let found: CursorReader.Found
            do {
                found = try await reader.ask(behind: cursor, ledger, &seam, writer.held)
            } catch let refused as CursorRefused {
                throw reader.unusable("its cursor is refused (\(refused.error.message))", at: cursor)
            }
            writer.note(requests: found.requests, attempts: found.attempts)
            let answer = found.answer
            if case .contradicts(let reason) = found.judgement { throw reader.unusable(reason, at: cursor) }
            guard found.isProven else { return nil }
            ledger.accept(answer)
            var old: [Int] = []
            var place = 0
            let rows = found.newRows
            rows.forEachRow { row in
                let key = RowHash(of: row)
                if rest.remove(key) { old.append(place) } else { fresh.append(key) }
                place += 1
            }
            try writer.append(rows.removing(rowsAt: old))
            seam.advance(found)
            if !found.page.rows.isEmpty { cursor = answer.next }
            report(.read(task: locked.task, rows: answer.total - answer.rest, total: answer.total, pass: 2))
            if answer.rest == 0 {
                // What the server has is here, so that the others are rows that it has no more.
                let kept = max(0, writer.rows - answer.total)
                try writer.publish(
                    .init(
                        cursor: cursor, total: answer.total, rest: 0, kept: kept, proof: .twoPasses, walkedAt: now(),
                        lastAnswer: seam.last))
                return .whole
            }
            if writer.isFull {
                // Stored under the cursor that is known: the walk is not done, and is owed again where it ends here.
                try writer.publish(
                    .init(
                        cursor: known, total: answer.total, rest: answer.rest, kept: 0, proof: .totals,
                        lastAnswer: knownLast, isPartOfWalk: true))
                writer.begin(after: CursorRange.start)
                here.formUnion(fresh)
                fresh = []
            }
        }
    }
}
