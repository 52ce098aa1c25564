package import Archive
import Catalog
package import Foundation
import Records
import RowJSON
package import Vault

/// Stores what still reads of increments that were damaged and set aside, but for rows that are in sound increments, by
/// their bytes as often as they come. So it can be done again, and after a walk it stores what the cloud has no more.
///
/// What it stores is `unproven`: the next run walks the task.
struct IncrementRescue {
    let locked: LockedTask
    /// nil takes that of the newest sound increment, or of what is set aside.
    var host: String?
    let encoders: EncoderPool
    let now: @Sendable () -> Date

    /// Increments that are set aside and wait for a walk.
    static func waiting(_ locked: LockedTask) -> [SnapshotAddress] {
        locked.snapshotsSetAside(of: .increments)
    }

    /// - Returns: which were found to have rows that are nowhere else, and how many.
    /// - Throws: `HeldIncrements.Damaged` where a sound one turns out not to be.
    func run() throws -> [(address: SnapshotAddress, rows: Int)] {
        var rescued: [(address: SnapshotAddress, rows: Int)] = []
        for address in Self.waiting(locked) {
            guard let salvage = try locked.salvage(at: address), salvage.rows + salvage.earlierRows > 0 else {
                continue
            }
            let rows = try store(salvage, of: address)
            if rows > 0 { rescued.append((address, rows)) }
        }
        return rescued
    }

    private func store(_ salvage: Salvage, of address: SnapshotAddress) throws -> Int {
        let held = try HeldIncrements(locked)
        guard let host = try host ?? held.newest?.manifest.host ?? hostNoted(of: address) else { return 0 }
        var here = try held.multiset()
        var draft: ArchiveDraft?
        var block = RowBlock()
        let moment = held.moment(at: now())
        func write() throws {
            guard !block.isEmpty else { return }
            let open = try draft ?? locked.beginDraft(at: locked.captureAddress(source: .increments, at: moment))
            draft = open
            try open.append(encoders.encode(block))
            block = RowBlock()
        }
        do {
            try salvage.forEachBlock { rows, _ in
                rows.forEachRow { row in
                    if !here.remove(RowHash(of: row)) { block.append(row: row) }
                }
                if block.bytes.count >= PreviousRows.blockBytes { try write() }
            }
            try write()
            guard let draft, case .capture(let capturedAt, _) = draft.address.name else { return 0 }
            let facts = try draft.finish()
            let newest = held.newest?.manifest
            let range = newest?.range ?? CursorRange(after: CursorRange.start, through: CursorRange.start)
            let manifest = Manifest(
                tool: ProgramVersion.tool, state: .unproven, source: .increments, host: host, task: locked.task,
                taskName: newest?.taskName ?? "", window: nil, proof: .totals, revision: draft.revision,
                capturedAt: capturedAt, total: newest?.total ?? draft.rows,
                kept: newest?.kept ?? 0, rows: draft.rows, columns: draft.columns, rowsDigest: draft.digest,
                archive: facts, range: range)
            try locked.publish(manifest, draft: draft, at: draft.address)
            return manifest.rows
        } catch {
            if let draft { locked.discard(draft) }
            throw error
        }
    }

    private func hostNoted(of address: SnapshotAddress) throws -> String? {
        try locked.vault.catalog.damages(of: locked.task.text).first { $0.path == address.manifestPath }?.host
    }
}

extension SnapshotVault {
    /// Stores what still reads of a task's damaged increments that were set aside; asks no server.
    ///
    /// - Returns: what was done, as sentences.
    /// - Throws: ``VaultError``, also where another process holds the task.
    package func rescueIncrements(of task: TaskID, now: @escaping @Sendable () -> Date = { Date() }) async throws
        -> [String]
    {
        let locked = try await lock(task, wait: .no)
        defer { locked.release() }
        let rescue = IncrementRescue(locked: locked, encoders: EncoderPool(level: 6), now: now)
        for _ in 0..<1000 {
            do {
                return try rescue.run().map { "\($0.address): \($0.rows) rows of it were stored again" }
            } catch let error as HeldIncrements.Damaged {
                guard try locked.noteDamage(error.error, at: error.address) else { throw error.error }
            }
        }
        return []
    }
}
