import Archive
import RowJSON
import StorageTime
import Vault

/// The rows of the archive that a window has already, read block by block.
struct PreviousRows: Sendable {
    /// How many bytes of kept rows make one gzip member.
    static let blockBytes = 1 << 20

    /// Calls with each of the archive's members in turn, checked.
    let forEachBlock: @Sendable (_ body: (RowBlock) throws -> Void) throws -> Void
}

extension PreviousRows {
    /// The rows of a window that has a snapshot, of its own or as part of a compacted day's; none where it has no archive.
    init(of window: Window, in home: SnapshotAddress, locked: LockedTask) {
        self.init { body in
            guard let (archive, members) = try locked.openRows(of: window, in: home) else { return }
            try archive.forEachMember(in: members) { _, ndjson in try body(RowBlock(ndjson: ndjson)) }
        }
    }
}
