import Archive
import Foundation
import OctoparseAPI
import Records
import RowJSON
import Vault

/// Captures a source whole by a cursor, while the task's lock is held: one answer proves itself, else two passes at
/// different sizes must hold the same rows.
struct CursorCaptureTaker: Sendable {
    let context: SessionContext
    let cursors: any CursorSource
    let locked: LockedTask
    var taskName = ""
    let source: CaptureSource
    let query: CursorQuery
    let now: @Sendable () -> Date
    let report: @Sendable (CaptureEvent) -> Void

    private var lot: String? {
        if case .lot(_, let number) = query { number } else { nil }
    }

    /// - Throws: ``SnapshotError/Code/unstable`` once every attempt was spent on rows that move; nothing is stored
    ///   then.
    func take() async throws -> CaptureOutcome {
        var previous = try PreviousCapture(of: source, locked)
        if previous?.manifest.lot != lot { previous = nil }
        var attempt = 1
        while true {
            let moment = now()
            do {
                try Task.checkCancellation()
                return try await take(at: moment, previous, attempt)
            } catch let error as SnapshotError where error.isTransient && attempt < context.configuration.attempts {
                report(.again(task: locked.task, error: error))
                attempt += 1
                try await context.pause(beforeAttempt: attempt)
            }
        }
    }

    private func reader(size: Int) -> CursorReader {
        CursorReader(
            context: context, cursors: cursors, query: query,
            what: lot.map { "lot \($0)" } ?? "capture of all rows", size: size)
    }

    private func take(at moment: Date, _ previous: PreviousCapture?, _ attempt: Int) async throws -> CaptureOutcome {
        let size = context.configuration.pageSize
        let address = try locked.captureAddress(source: source.rowSource, at: moment)
        guard context.configuration.proof == .oneAnswer else {
            let draft = try locked.beginDraft(at: address)
            defer { locked.discard(draft) }
            let read = try await write(draft, reader(size: size), pass: 1)
            if read.rows == 0 { try refuseEmptyLot() }
            return try end(draft, previous, moment, attempt, read.isOneAnswer ? .oneAnswer : .totals)
        }
        let task = locked.task
        var expected = RowsDigest()
        var kept = RowBlock()
        let first = try await reader(size: size).readAll { rows, read, total in
            rows.forEachRow { expected.add(row: $0) }
            kept = read == rows.count ? rows : RowBlock()
            report(.read(task: task, rows: read, total: total, pass: 1))
        }
        if first.rows == 0 { try refuseEmptyLot() }
        if first.rows > 0, let previous, previous.holds(expected, rows: first.rows) {
            return try confirm(previous, at: moment)
        }
        let draft = try locked.beginDraft(at: address)
        defer { locked.discard(draft) }
        if first.isOneAnswer, first.rows > 0 {
            try draft.append(context.encoders.encode(kept))
        } else {
            let second = reader(size: WindowReader.otherSize(than: size))
            let read = try await write(draft, second, pass: 2)
            guard read.rows == first.rows, draft.digest == expected else {
                throw second.unstable("two passes over its rows gave different ones")
            }
        }
        return try end(draft, previous, moment, attempt, first.isOneAnswer && first.rows > 0 ? .oneAnswer : .twoPasses)
    }

    /// An API answers with no rows for a lot that it does not know as for one whose rows are gone, so no rows are no
    /// capture of a lot.
    private func refuseEmptyLot() throws {
        guard let lot else { return }
        throw SnapshotError(
            .lotEmpty, "the API of \(context.host) has no rows of lot \(lot) of task \(locked.task)",
            hint: "compare the number with that of the task's run; where its rows are gone from the cloud, a capture of"
                + " them that the vault has stays")
    }

    private func write(_ draft: ArchiveDraft, _ reader: CursorReader, pass: Int) async throws -> (
        isOneAnswer: Bool, rows: Int
    ) {
        let encoders = context.encoders
        let task = locked.task
        return try await reader.readAll { rows, read, total in
            if !rows.isEmpty { try draft.append(encoders.encode(rows)) }
            report(.read(task: task, rows: read, total: total, pass: pass))
        }
    }

    private func end(
        _ draft: ArchiveDraft, _ previous: PreviousCapture?, _ moment: Date, _ attempt: Int, _ proof: Proof
    ) throws -> CaptureOutcome {
        let facts = try draft.finish()
        if let previous, previous.holds(draft.digest, rows: draft.rows) { return try confirm(previous, at: moment) }
        var manifest = Manifest(
            tool: ProgramVersion.tool, state: facts == nil ? .empty : .sealed, source: source.rowSource,
            host: context.host, task: locked.task, taskName: taskName, window: nil, proof: proof,
            revision: draft.revision,
            capturedAt: moment, total: draft.rows, rows: draft.rows, attempts: attempt, lot: lot)
        if let facts {
            manifest.columns = draft.columns
            manifest.rowsDigest = draft.digest
            manifest.archive = facts
        }
        let publication = try locked.publish(manifest, draft: facts == nil ? nil : draft, at: draft.address)
        var outcome = CaptureOutcome(task: locked.task, source: source, result: .captured)
        outcome.captures = 1
        outcome.rows = manifest.rows
        outcome.bytes = facts?.bytes ?? 0
        outcome.capturedAt = manifest.capturedAt
        outcome.path = publication.manifestPath
        outcome.proof = proof
        return outcome
    }

    /// Records in the capture before that its rows are still the source's.
    private func confirm(_ previous: PreviousCapture, at moment: Date) throws -> CaptureOutcome {
        var manifest = previous.manifest
        manifest.recheckedAt = moment
        try locked.publish(manifest, at: previous.address)
        var outcome = CaptureOutcome(task: locked.task, source: source, result: .unchanged)
        outcome.rows = manifest.rows
        outcome.capturedAt = manifest.capturedAt
        outcome.path = previous.address.manifestPath
        outcome.proof = manifest.proof
        return outcome
    }
}
