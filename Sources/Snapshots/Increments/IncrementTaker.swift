import Archive
import Foundation
import OctoparseAPI
import Records
import RowJSON
import StorageTime
import Vault

/// Takes a task's rows behind the last cursor, while its lock is held.
///
/// Each answer is judged by its counts, and rows that come again are found by their bytes. What cannot be told so, rows
/// before the cursor, and a cursor that is refused, have the task walked from its first row: its rows that are not here
/// yet, by their bytes, are one more increment.
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
        var writer = IncrementWriter(context: context, locked: locked, held: try HeldIncrements(locked), now: now)
        writer.taskName = taskName
        defer { writer.discard() }
        do {
            var ending = Ending.walkOwed
            if writer.held.isProven, !isWalkDue(writer, age) { ending = try await goOn(&writer) }
            if ending == .walkOwed { ending = try await walk(&writer) }
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
        var kept = writer.held.newest?.manifest.kept ?? 0
        var tail = CursorTail.unread
        var total = 0
        var walkOwed = false
        while true {
            guard mayGoOn(), !Task.isCancelled else {
                try flush(&writer, cursor, total, ledger, kept)
                return .stopped
            }
            let found: CursorReader.Found
            do {
                found = try await reader.ask(behind: cursor, ledger, &tail, writer.held)
                writer.note(requests: found.requests, attempts: found.attempts)
            } catch let error as APIError where error.code == .unexpected && !isFirst && tail.isBeforeRun {
                // A cursor of an earlier run that is refused: from the first row on, it is told.
                return .walkOwed
            }
            let answer = found.answer
            total = answer.total
            switch found.judgement {
            case .contradicts: return .walkOwed
            case .fits:
                if tail.isBeforeRun, !isFirst, try await mayComeAgain(found, &tail, writer) { return .walkOwed }
            case .tooMany: walkOwed = true
            case .tooFew(let excess):
                guard found.repeated == 0 else { break }
                guard try found.page.rows.isEmpty || !isThere(found.page.rows, writer) else { return .walkOwed }
                kept += excess
            }
            let rows = found.newRows
            if walkOwed, rows.isEmpty, answer.rest == 0, writer.rows == writer.held.rows { return .walkOwed }
            ledger.accept(answer)
            try writer.append(rows)
            if !found.page.rows.isEmpty {
                tail = .read(found.page.rows, isBeforeRun: false)
                cursor = answer.next
            }
            report(.read(task: locked.task, rows: answer.total - answer.rest, total: answer.total, pass: 1))
            if answer.rest == 0 || writer.isFull {
                try publish(&writer, cursor, answer, kept, walkedAt: isFirst && answer.rest == 0 ? now() : nil)
            }
            if answer.rest == 0 { return walkOwed ? .walkOwed : .whole }
        }
    }

    private func publish(
        _ writer: inout IncrementWriter, _ cursor: String, _ answer: CursorLedger.Answer, _ kept: Int, walkedAt: Date?
    ) throws {
        try writer.publish(
            .init(
                cursor: cursor, total: answer.total, rest: answer.rest, kept: kept, proof: .oneAnswer,
                walkedAt: walkedAt))
    }

    /// Publishes what is in hand of a run that is told to stop.
    private func flush(
        _ writer: inout IncrementWriter, _ cursor: String, _ total: Int, _ ledger: CursorLedger, _ kept: Int
    ) throws {
        guard writer.rows > writer.held.rows else { return }
        try writer.publish(
            .init(cursor: cursor, total: total, rest: max(0, total - ledger.held), kept: kept, proof: .oneAnswer))
    }

    /// Whether an answer that adds up may yet give rows again, as many as others came before the cursor: it begins with
    /// the row that the last increment ends with. Then two more requests tell whether a cursor gives its own row: one
    /// alone might be the one that errs.
    private func mayComeAgain(
        _ found: CursorReader.Found, _ tail: inout CursorTail, _ writer: IncrementWriter
    ) async throws -> Bool {
        let rows = found.page.rows
        guard !rows.isEmpty, case let before = try tail.rows(writer.held), !before.isEmpty,
            CursorReader.end(before, 1) == CursorReader.start(rows, 1)
        else { return false }
        for _ in 0..<2 {
            let page = try await cursors.rows(.all(task: locked.task.text), behind: found.answer.next, size: 1)
            let left = found.answer.rest + page.total - found.answer.total
            if page.rows.count + page.restTotal != left { return true }
        }
        return false
    }

    /// Whether the first row of an answer is here already.
    private func isThere(_ rows: RowBlock, _ writer: IncrementWriter) throws -> Bool {
        try writer.held.contains(rows.withRow(0) { Array($0) })
    }

    private var reader: CursorReader {
        CursorReader(context: context, cursors: cursors, query: .all(task: locked.task.text), what: "increments")
    }
}

extension IncrementTaker {
    /// Reads all rows from the first one on, and stores those that are not here.
    private func walk(_ writer: inout IncrementWriter) async throws -> Ending {
        var here = try writer.held.multiset()
        for attempt in 1...max(context.configuration.attempts, 2) {
            if attempt > 1 { try await context.pause(beforeAttempt: attempt) }
            writer.begin(after: CursorRange.start)
            if let ending = try await walk(&writer, &here) { return ending }
        }
        throw reader.unstable("its rows keep moving while they are read from the first one on")
    }

    /// - Parameter here: the rows that are here; those published on the way are added.
    /// - Returns: nil where rows moved.
    private func walk(_ writer: inout IncrementWriter, _ here: inout RowMultiset) async throws -> Ending? {
        let known = writer.held.cursor
        var rest = here
        var ledger = CursorLedger(held: 0)
        var cursor = CursorRange.start
        var tail = CursorTail.read(RowBlock(), isBeforeRun: true)
        var fresh: [RowHash] = []
        while true {
            guard mayGoOn(), !Task.isCancelled else { return .stopped }
            let found = try await reader.ask(behind: cursor, ledger, &tail, writer.held)
            writer.note(requests: found.requests, attempts: found.attempts)
            let answer = found.answer
            switch found.judgement {
            case .fits: break
            case .contradicts(let reason): throw reader.unusable(reason, at: cursor)
            case .tooFew, .tooMany: if found.repeated == 0 { return nil }
            }
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
            if !found.page.rows.isEmpty {
                tail = .read(found.page.rows, isBeforeRun: false)
                cursor = answer.next
            }
            report(.read(task: locked.task, rows: answer.total - answer.rest, total: answer.total, pass: 2))
            if answer.rest == 0 {
                // What the server has is here, so that the others are rows that it has no more.
                let kept = max(0, writer.rows - answer.total)
                try writer.publish(
                    .init(
                        cursor: cursor, total: answer.total, rest: 0, kept: kept, proof: .twoPasses, walkedAt: now()))
                return .whole
            }
            if writer.isFull {
                // Stored under the cursor that is known: the walk is not done, and is owed again where it ends here.
                try writer.publish(
                    .init(cursor: known, total: answer.total, rest: answer.rest, kept: 0, proof: .totals))
                writer.begin(after: CursorRange.start)
                here.formUnion(fresh)
                fresh = []
            }
        }
    }
}
