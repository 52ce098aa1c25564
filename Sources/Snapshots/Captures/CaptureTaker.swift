import Archive
import Foundation
import OctoparseAPI
import Records
import RowJSON
import Vault

/// Captures one task's source whole, while its lock is held.
///
/// An answer that holds all of its total proves itself. Else the first pass is read for its digest alone; where that is
/// the capture's before, both prove each other and nothing is stored. Else a second pass, at another page size, is
/// written, and must agree with the first. Memory is bounded by the answers in flight.
///
/// A class: with all of this in the frames of asynchronous functions, code that Swift 6.3.1 makes wrote behind the end
/// of one, and the heap was damaged.
final class CaptureTaker: Sendable {
    private let context: SessionContext
    private let locked: LockedTask
    private let taskName: String
    private let source: CaptureSource
    private let query: PageQuery
    private let now: @Sendable () -> Date
    private let report: @Sendable (CaptureEvent) -> Void

    init(
        context: SessionContext, locked: LockedTask, taskName: String = "", source: CaptureSource, query: PageQuery,
        now: @escaping @Sendable () -> Date, report: @escaping @Sendable (CaptureEvent) -> Void
    ) {
        self.context = context
        self.locked = locked
        self.taskName = taskName
        self.source = source
        self.query = query
        self.now = now
        self.report = report
    }

    /// What reading came to.
    private enum Reading {
        case unchanged
        case rows(ArchiveDraft, SnapshotAddress, Proof)
    }

    /// - Throws: ``SnapshotError/Code/unstable`` once every attempt was spent on rows that move; nothing is stored
    ///   then.
    func take() async throws -> CaptureOutcome {
        let previous = try PreviousCapture(of: source, locked)
        let tally = RequestTally()
        var attempt = 1
        while true {
            let moment = now()
            do {
                try Task.checkCancellation()
                switch try await read(at: moment, previous, tally) {
                case .unchanged: return try confirm(previous, at: moment)
                case .rows(let draft, let address, let proof):
                    return try publish(draft, at: address, moment, proof, requests: tally.count, attempts: attempt)
                }
            } catch let error as SnapshotError where error.isTransient && attempt < context.configuration.attempts {
                report(.again(task: locked.task, error: error))
                attempt += 1
                try await context.pause(beforeAttempt: attempt)
            }
        }
    }

    private func read(
        at moment: Date, _ previous: PreviousCapture?, _ tally: RequestTally
    ) async throws -> Reading {
        let configuration = context.configuration
        let reader = CaptureReader(
            pages: context.pages, query: query, configuration: configuration,
            pause: { [context] in try await context.pause(beforeAttempt: $0) }, tally: tally)
        let first = try await reader.open(size: configuration.pageSize)
        if first.isWhole, first.total > 0 {
            if let previous, previous.holds(digest(of: first.first.rows), rows: first.total) { return .unchanged }
            return try await write(first, reader, at: moment, .oneAnswer)
        }
        if configuration.proof == .totals {
            return settled(try await write(first, reader, at: moment, .totals), over: previous)
        }
        let expected = try await digest(first, reader)
        if first.total > 0, let previous, previous.holds(expected, rows: first.total) { return .unchanged }
        let second = try await reader.open(size: WindowReader.otherSize(than: first.size))
        guard second.total == first.total else {
            throw reader.unstable("its total moved from \(first.total) to \(second.total) between two passes")
        }
        return try await write(second, reader, at: moment, .twoPasses, expecting: expected)
    }

    /// What was written, or nothing where the capture before holds the same rows already.
    private func settled(_ reading: Reading, over previous: PreviousCapture?) -> Reading {
        guard case .rows(let draft, _, _) = reading, let previous, previous.holds(draft.digest, rows: draft.rows) else {
            return reading
        }
        locked.discard(draft)
        return .unchanged
    }

    private func digest(_ opening: CaptureReader.Opening, _ reader: CaptureReader) async throws -> RowsDigest {
        var digest = RowsDigest()
        var count = 0
        try await reader.read(opening, work: Self.digest(of:)) { part, rows in
            digest.add(part)
            count += rows
            self.report(.read(task: self.locked.task, rows: count, total: opening.total, pass: 1))
        }
        return digest
    }

    /// Writes a pass to a draft.
    ///
    /// - Parameter expected: what its digest must be; nil where there was no other pass.
    private func write(
        _ opening: CaptureReader.Opening, _ reader: CaptureReader, at moment: Date, _ proof: Proof,
        expecting expected: RowsDigest? = nil
    ) async throws -> Reading {
        let address = try locked.captureAddress(source: source.rowSource, at: moment)
        let draft = try locked.beginDraft(at: address)
        let encoders = context.encoders
        do {
            try await reader.read(opening, work: { $0.isEmpty ? nil : try encoders.encode($0) }) { member, _ in
                if let member { try draft.append(member) }
                self.report(
                    .read(
                        task: self.locked.task, rows: draft.rows, total: opening.total,
                        pass: proof == .twoPasses ? 2 : 1))
            }
            try draft.finish()
            guard draft.rows == opening.total, expected == nil || draft.digest == expected else {
                throw reader.unstable("two passes over its pages gave different rows")
            }
        } catch {
            locked.discard(draft)
            throw error
        }
        return .rows(draft, address, proof)
    }

    private func publish(
        _ draft: ArchiveDraft, at address: SnapshotAddress, _ moment: Date, _ proof: Proof, requests: Int,
        attempts: Int
    ) throws -> CaptureOutcome {
        var manifest = Manifest(
            tool: ProgramVersion.tool, state: .sealed, source: source.rowSource, host: context.host, task: locked.task,
            taskName: taskName, window: nil, proof: proof, revision: draft.revision, capturedAt: moment,
            total: draft.rows,
            rows: draft.rows, requests: requests, attempts: attempts)
        if let facts = try draft.finish() {
            manifest.columns = draft.columns
            manifest.rowsDigest = draft.digest
            manifest.archive = facts
        } else {
            manifest.state = .empty
        }
        let publication = try locked.publish(manifest, draft: manifest.archive == nil ? nil : draft, at: address)
        var outcome = CaptureOutcome(task: locked.task, source: source, result: .captured)
        outcome.captures = 1
        outcome.rows = manifest.rows
        outcome.bytes = manifest.archive?.bytes ?? 0
        outcome.capturedAt = manifest.capturedAt
        outcome.path = publication.manifestPath
        outcome.proof = proof
        return outcome
    }

    /// Records in the capture before that its rows are still the source's.
    private func confirm(_ previous: PreviousCapture?, at moment: Date) throws -> CaptureOutcome {
        var outcome = CaptureOutcome(task: locked.task, source: source, result: .unchanged)
        guard let previous else { return outcome }
        var manifest = previous.manifest
        manifest.recheckedAt = moment
        try locked.publish(manifest, at: previous.address)
        outcome.rows = manifest.rows
        outcome.capturedAt = manifest.capturedAt
        outcome.path = previous.address.manifestPath
        outcome.proof = manifest.proof
        return outcome
    }

    private func digest(of rows: RowBlock) -> RowsDigest { Self.digest(of: rows) }

    @Sendable private static func digest(of rows: RowBlock) -> RowsDigest {
        var digest = RowsDigest()
        rows.forEachRow { digest.add(row: $0) }
        return digest
    }
}
