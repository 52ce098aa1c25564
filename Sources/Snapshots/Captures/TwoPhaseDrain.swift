import Archive
import Catalog
import Foundation
import OctoparseAPI
import Records
import RowJSON
import Vault

/// Drains a task's unexported rows in two phases, while its lock is held: fetched, made a capture on the device, and
/// only then marked as exported, so that nothing is lost whatever fails.
///
/// The next answer tells what came of a mark (``MarkReading``): its total has fallen by the rows marked, or the same
/// rows come again, which are then marked again and not stored twice. Rows by which a total falls further were marked
/// without having been fetched, by this program's mark or by another's, which is said; so is a doubt that nothing
/// settles.
struct TwoPhaseDrain: Sendable {
    let context: SessionContext
    let cursors: any CursorSource
    let locked: LockedTask
    var taskName = ""
    let now: @Sendable () -> Date
    let mayGoOn: @Sendable () -> Bool
    let report: @Sendable (CaptureEvent) -> Void

    /// Rows that are here and of which no answer has shown yet that they are marked.
    private struct Pending {
        var rows = RowBlock()
        /// Unexported rows when they were fetched.
        var total = 0
        var addresses: [SnapshotAddress] = []
        /// Marks sent for them.
        var marks = 0
        /// Whether an earlier run fetched them, so that there was time for rows alike to come.
        var isOfEarlierRun = false
        /// How many of them nobody can tell from others alike, as was said.
        var doubted = 0
    }

    /// How far the drain has come.
    private struct Progress {
        /// Rows that were unexported when it began.
        var first: Int?
        private(set) var left = FallingTotal()

        mutating func enter(_ total: Int) {
            first = first ?? total
            left.enter(total)
        }
    }

    func run(batch: Int) async -> CaptureOutcome {
        var outcome = CaptureOutcome(task: locked.task, source: .unexported, result: .drained)
        do {
            var pending = try unconfirmed()
            var progress = Progress()
            while true {
                guard mayGoOn(), !Task.isCancelled else {
                    outcome.result = .stopped
                    return outcome
                }
                let isDone = try await step(batch, &pending, &progress, &outcome)
                if isDone { return outcome }
            }
        } catch is CancellationError {
            outcome.result = .stopped
        } catch {
            outcome.result = .failed
            outcome.error = error
        }
        return outcome
    }

    /// Fetches, settles what the mark before came to, stores what is new, and marks.
    ///
    /// - Returns: whether nothing is left, or only rows that have come since.
    private func step(
        _ batch: Int, _ pending: inout Pending?, _ progress: inout Progress, _ outcome: inout CaptureOutcome
    ) async throws -> Bool {
        let moment = now()
        let size = max(batch, min(1000, pending?.rows.count ?? 0))
        let page = try await cursors.fetchUnexported(task: locked.task.text, size: size)
        outcome.left = max(0, page.total)
        progress.enter(page.total)
        guard !page.rows.isEmpty || page.total == 0 else { throw withheld(page.total) }
        var rows = page.rows
        if let before = pending {
            let reading = MarkReading(page, after: before.rows, of: before.total)
            rows = reading.new
            outcome.arrived += reading.arrived
            if reading.lost > 0 {
                outcome.lost += reading.lost
                report(.markedUnread(task: locked.task, rows: reading.lost))
            }
            pending = try remaining(of: before, reading, &outcome)
        }
        if rows.isEmpty, pending == nil { return true }
        if progress.left.answersWithoutFall >= context.configuration.mostAnswersWithoutFall {
            guard pending == nil, outcome.rows >= progress.first ?? 0 else { throw endless(page.total) }
            return true
        }
        if !rows.isEmpty {
            let address = try store(rows, page, at: moment, &outcome)
            var next = pending ?? Pending()
            next.rows.append(contentsOf: rows)
            next.addresses.append(address)
            pending = next
        }
        pending?.total = page.total
        pending?.marks += 1
        do {
            try await cursors.markExported(task: locked.task.text)
        } catch let error as APIError where !error.leavesMarksAlone {
            report(.inDoubt(task: locked.task, rows: pending?.rows.count ?? 0, error: error))
        }
        outcome.left = max(0, page.total - (pending?.rows.count ?? 0))
        report(.batch(task: locked.task, rows: rows.count, left: outcome.left ?? 0))
        return false
    }

    /// The rows of which the answer shows that they are not marked; nil where all are.
    private func remaining(of before: Pending, _ reading: MarkReading, _ outcome: inout CaptureOutcome) throws
        -> Pending?
    {
        guard reading.again > 0 else {
            try confirm(before)
            return nil
        }
        var pending = before
        if reading.again < before.rows.count {
            // A mark took some of them, so that the next one is the first for the rest.
            pending.rows = before.rows.slice((before.rows.count - reading.again)..<before.rows.count)
            pending.marks = 0
        }
        guard pending.marks < max(context.configuration.attempts, 2) else { throw ineffective(pending) }
        if reading.isDoubtful || before.isOfEarlierRun, pending.doubted < reading.again {
            outcome.perhapsLost += reading.again - pending.doubted
            pending.doubted = reading.again
            report(.cannotTell(task: locked.task, rows: reading.again))
        }
        return pending
    }

    private func store(
        _ rows: RowBlock, _ page: Page, at moment: Date, _ outcome: inout CaptureOutcome
    ) throws -> SnapshotAddress {
        let address = try locked.captureAddress(source: .unexported, at: moment)
        let draft = try locked.beginDraft(at: address)
        let manifest: Manifest
        do {
            try draft.append(context.encoders.encode(rows))
            let facts = try draft.finish()
            manifest = Manifest(
                tool: ProgramVersion.tool, state: .sealed, source: .unexported, host: context.host, task: locked.task,
                taskName: taskName,
                window: nil, proof: .oneAnswer, revision: draft.revision, capturedAt: moment, total: draft.rows,
                rows: draft.rows, requests: 1, attempts: page.attempts, columns: draft.columns,
                rowsDigest: draft.digest, archive: facts, mark: ExportMark(total: page.total))
            try locked.publish(manifest, draft: draft, at: address)
        } catch {
            // Nothing is marked yet: the rows come again.
            locked.discard(draft)
            throw error
        }
        outcome.captures += 1
        outcome.rows += manifest.rows
        outcome.bytes += manifest.archive?.bytes ?? 0
        outcome.capturedAt = manifest.capturedAt
        outcome.path = address.manifestPath
        outcome.proof = manifest.proof
        return address
    }

    private func confirm(_ pending: Pending) throws {
        for address in pending.addresses {
            guard var manifest = try locked.manifest(at: address) else { continue }
            manifest.mark?.isConfirmed = true
            try locked.publish(manifest, at: address)
        }
    }

    /// What an earlier run stored, and may not have marked: the newest captures, as far back as they say so.
    private func unconfirmed() throws -> Pending? {
        var addresses: [SnapshotAddress] = []
        try locked.vault.catalog.forEachSnapshot(tasks: [locked.task.text], source: .unexported) { record in
            if let address = record.address { addresses.append(address) }
        }
        var pending = Pending()
        pending.isOfEarlierRun = true
        // The newest first.
        var batches: [RowBlock] = []
        for address in addresses.sorted(by: { $0.name < $1.name }).reversed() {
            guard let manifest = try locked.manifest(at: address), let mark = manifest.mark, !mark.isConfirmed else {
                break
            }
            pending.addresses.append(address)
            if pending.total == 0 { pending.total = mark.total }
            guard
                let archive = try ArchiveReader.open(
                    manifest, folder: locked.vault.layout.path(address.folder), files: locked.vault.configuration.files)
            else { continue }
            var batch = RowBlock()
            try archive.forEachMember { _, ndjson in batch.append(contentsOf: RowBlock(ndjson: ndjson)) }
            batches.append(batch)
            if batches.reduce(0, { $0 + $1.count }) >= 1000 { break }
        }
        for batch in batches.reversed() { pending.rows.append(contentsOf: batch) }
        return pending.addresses.isEmpty ? nil : pending
    }

    private func withheld(_ total: Int) -> SnapshotError {
        SnapshotError(
            .unstable, "task \(locked.task): the server says that \(total) rows are unexported, and gives none",
            hint: "nothing was marked as exported; try again later")
    }

    private func endless(_ total: Int) -> SnapshotError {
        SnapshotError(
            .unstable,
            "task \(locked.task): \(total) rows are unexported, and "
                + "\(context.configuration.mostAnswersWithoutFall) answers in a row have brought that no lower",
            hint: "what came is stored; drain the rest later, with a larger batch where rows come as fast")
    }

    private func ineffective(_ pending: Pending) -> SnapshotError {
        SnapshotError(
            .unstable,
            "task \(locked.task): \(pending.rows.count) unexported rows come again after \(pending.marks) marks",
            hint: "they are stored, once; the next run marks them again")
    }
}

extension APIError {
    /// Whether the server certainly marked nothing.
    fileprivate var leavesMarksAlone: Bool {
        switch code {
        case .serverError, .unavailable, .network, .timeout, .malformed, .tooLarge, .unexpected: isBeforeSending
        default: true
        }
    }
}
