import Archive
import Catalog
import Foundation
import Records
import RowJSON
import Vault

/// What is here of a task's increments, while its lock is held.
struct HeldIncrements: Sendable {
    let locked: LockedTask
    /// Rows of all increments that are sound, pruned ones among them.
    private(set) var rows = 0
    /// The sound ones, in their order.
    private(set) var addresses: [SnapshotAddress] = []
    /// The newest one whose manifest is sound.
    private(set) var newest: (address: SnapshotAddress, manifest: Manifest)?
    private(set) var hasUnproven = false

    init(_ locked: LockedTask) throws {
        self.locked = locked
        try locked.vault.catalog.forEachSnapshot(tasks: [locked.task.text], source: .increments) { record in
            guard let address = record.address else { return }
            guard !locked.isDamaged(address) else { return }
            rows += record.rows
            if record.state == .unproven { hasUnproven = true }
            addresses.append(address)
        }
        addresses.sort { $0.name < $1.name }
        for address in addresses.reversed() {
            guard let manifest = try locked.manifest(at: address) else { continue }
            newest = (address, manifest)
            break
        }
    }

    /// Rows that the server had when it was last asked.
    var present: Int { max(0, rows - (newest?.manifest.kept ?? 0)) }

    /// The cursor to go on from.
    var cursor: String { newest?.manifest.range?.through ?? CursorRange.start }

    /// Whether what is here was last seen to be all that the server has.
    var isProven: Bool {
        guard let manifest = newest?.manifest, let range = manifest.range else { return true }
        // Joined ones of two vaults may add up by chance.
        guard manifest.state != .unproven else { return false }
        return rows == manifest.total - range.restTotal + manifest.kept
    }

    /// The last rows before the cursor, as far as one member of an archive holds them.
    func tail() throws -> RowBlock {
        for address in addresses.reversed() {
            guard let archive = try open(address), let last = archive.facts.members.indices.last else { continue }
            var rows = RowBlock()
            try damageNamed(address) {
                try archive.forEachMember(in: last..<(last + 1)) { _, ndjson in rows = RowBlock(ndjson: ndjson) }
            }
            return rows
        }
        return RowBlock()
    }

    /// Every row that is here, by its bytes, with how often it is.
    ///
    /// - Complexity: O(*n*); memory for a hash of each distinct row.
    func multiset() throws -> RowMultiset {
        var rows = RowMultiset()
        try forEachBlock { block in block.forEachRow { rows.insert(RowHash(of: $0)) } }
        return rows
    }

    private func forEachBlock(_ body: (RowBlock) throws -> Void) throws {
        for address in addresses {
            guard let archive = try open(address) else { continue }
            try damageNamed(address) {
                try archive.forEachMember { _, ndjson in
                    try Task.checkCancellation()
                    try body(RowBlock(ndjson: ndjson))
                }
            }
        }
    }

    /// The archive of an increment; nil where it has no rows.
    ///
    /// - Throws: `ArchiveError` where it is damaged, which is noted.
    private func open(_ address: SnapshotAddress) throws -> ArchiveReader? {
        try damageNamed(address) {
            guard let manifest = try locked.manifest(at: address) else { return nil }
            return try ArchiveReader.open(
                manifest, folder: locked.vault.layout.path(address.folder), files: locked.vault.configuration.files)
        }
    }

    /// An increment whose archive turned out to be damaged.
    struct Damaged: Error {
        let address: SnapshotAddress
        let error: ArchiveError
    }

    private func damageNamed<Result>(_ address: SnapshotAddress, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as ArchiveError where error.isDamage {
            throw Damaged(address: address, error: error)
        }
    }

    /// The moment to name the next increment by: never before the newest one, so that their order stays theirs where a
    /// clock is set back.
    func moment(at now: Date) -> Date {
        max(now, newest?.manifest.capturedAt ?? now)
    }

    /// Notes an increment that was published.
    mutating func add(_ manifest: Manifest, at address: SnapshotAddress) {
        rows += manifest.rows
        addresses.append(address)
        newest = (address, manifest)
        if manifest.state == .unproven { hasUnproven = true }
    }

    /// Notes what the newest one's manifest says now.
    mutating func renew(_ manifest: Manifest) {
        guard let address = newest?.address else { return }
        newest = (address, manifest)
    }
}
