import Archive
import Foundation
import OctoparseAPI
import Records
import RowJSON
import Vault

/// Brings rows onto the device as increments: several answers an archive, each archive whole before the next begins.
struct IncrementWriter {
    /// Answers that one archive holds at most: what a crash costs in requests, and no row.
    static let answers = 25

    let context: SessionContext
    let locked: LockedTask
    /// As the API lists the task; empty where it was not listed.
    var taskName = ""
    let now: @Sendable () -> Date
    private(set) var held: HeldIncrements
    private var draft: ArchiveDraft?
    private var waiting = 0
    private var requests = 0
    private var attempts = 1
    private var answers = 0
    /// The cursor that the rows in hand begin behind.
    private var after: String
    private(set) var captures = 0
    private(set) var newRows = 0
    private(set) var bytes = 0

    init(context: SessionContext, locked: LockedTask, held: HeldIncrements, now: @escaping @Sendable () -> Date) {
        self.context = context
        self.locked = locked
        self.held = held
        self.now = now
        after = held.cursor
    }

    var isFull: Bool { waiting >= Self.answers }
    /// Rows here and in hand.
    var rows: Int { held.rows + (draft?.rows ?? 0) }

    /// Begins anew behind a cursor; what is in hand is given up.
    mutating func begin(after cursor: String) {
        discard()
        after = cursor
    }

    mutating func note(requests: Int, attempts: Int) {
        self.requests += requests
        self.attempts = max(self.attempts, attempts)
    }

    mutating func append(_ rows: RowBlock) throws {
        answers += 1
        guard !rows.isEmpty else { return }
        let open: ArchiveDraft
        if let draft {
            open = draft
        } else {
            let moment = held.moment(at: now())
            open = try locked.beginDraft(at: locked.captureAddress(source: .increments, at: moment))
            draft = open
        }
        try open.append(context.encoders.encode(rows))
        waiting += 1
    }

    /// What the server counted where an archive ends.
    struct End: Sendable {
        var cursor: String
        var total: Int
        var rest: Int
        var kept: Int
        var proof: Proof
        var walkedAt: Date?
        var lastAnswer: LastAnswer?
        /// Whether more of the walk that found the rows is to come, so that nothing is proven yet.
        var isPartOfWalk = false
    }

    /// Publishes the rows in hand, and returns once they are on the device; with none in hand, says in the newest
    /// manifest what was seen.
    mutating func publish(_ end: End) throws {
        var range = CursorRange(after: after, through: end.cursor, restTotal: end.rest)
        range.walkedAt = end.walkedAt ?? held.newest?.manifest.range?.walkedAt
        range.lastAnswer = end.lastAnswer
        let isProven = !end.isPartOfWalk && rows == end.total - end.rest + end.kept
        guard let draft else { return try publishNothing(end, range, isProven) }
        let facts = try draft.finish()
        guard case .capture(let moment, _) = draft.address.name else { return }
        let manifest = Manifest(
            tool: ProgramVersion.tool, state: isProven ? .sealed : .unproven, source: .increments, host: context.host,
            task: locked.task, taskName: taskName, window: nil,
            proof: end.proof == .oneAnswer && answers > 1 ? .totals : end.proof, revision: draft.revision,
            capturedAt: moment, total: end.total, kept: end.kept, rows: draft.rows, requests: requests,
            attempts: attempts, columns: draft.columns, rowsDigest: draft.digest, archive: facts, range: range)
        do {
            try locked.publish(manifest, draft: draft, at: draft.address)
        } catch {
            self.draft = nil
            throw error
        }
        captures += 1
        newRows += manifest.rows
        bytes += facts?.bytes ?? 0
        held.add(manifest, at: draft.address)
        self.draft = nil
        reset(after: end.cursor)
    }

    private mutating func publishNothing(_ end: End, _ range: CursorRange, _ isProven: Bool) throws {
        defer { reset(after: end.cursor) }
        guard let newest = held.newest else {
            let moment = held.moment(at: now())
            let address = try locked.captureAddress(source: .increments, at: moment)
            let manifest = Manifest(
                tool: ProgramVersion.tool, state: isProven ? .empty : .unproven, source: .increments,
                host: context.host,
                task: locked.task, taskName: taskName, window: nil, proof: .oneAnswer, capturedAt: moment,
                total: end.total,
                kept: end.kept, rows: 0, requests: requests, attempts: attempts, range: range)
            try locked.publish(manifest, at: address)
            captures += 1
            held.add(manifest, at: address)
            return
        }
        var manifest = newest.manifest
        manifest.recheckedAt = held.moment(at: now())
        manifest.total = end.total
        manifest.kept = end.kept
        if manifest.state != .pruned {
            manifest.state = !isProven ? .unproven : manifest.rows == 0 ? .empty : .sealed
        }
        manifest.range?.through = end.cursor
        manifest.range?.restTotal = end.rest
        manifest.range?.walkedAt = range.walkedAt
        manifest.range?.lastAnswer = range.lastAnswer
        try locked.publish(manifest, at: newest.address)
        held.renew(manifest)
    }

    /// Has the increments before the newest that were not proven say that they are, once all is.
    mutating func sealEarlier() throws {
        guard held.hasUnproven else { return }
        for address in held.addresses.dropLast() {
            guard var manifest = try locked.manifest(at: address), manifest.state == .unproven else { continue }
            manifest.state = manifest.rows == 0 ? .empty : .sealed
            try locked.publish(manifest, at: address)
        }
    }

    /// Gives up what is in hand.
    mutating func discard() {
        if let draft { locked.discard(draft) }
        draft = nil
        reset(after: after)
    }

    private mutating func reset(after cursor: String) {
        after = cursor
        waiting = 0
        requests = 0
        attempts = 1
        answers = 0
    }
}
