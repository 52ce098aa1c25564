internal import Archive
internal import RowJSON
internal import StorageTime
internal import Vault

/// The rows of the archive that a window has already, read block by block.
struct PreviousRows: Sendable {
    /// How many bytes of kept rows make one gzip member.
    static let blockBytes = 1 << 20

    /// Calls with each of the archive's members in turn, checked.
    let forEachBlock: @Sendable (_ body: (RowBlock) throws -> Void) throws -> Void
}

extension PreviousRows {
    /// The rows of the archive that `manifest` names; none where it names none.
    init(of manifest: Manifest, window: Window, locked: LockedTask) {
        let folder = locked.vault.layout.path(locked.address(of: window).folder)
        let files = locked.vault.configuration.files
        self.init { body in
            guard let archive = try ArchiveReader.open(manifest, folder: folder, files: files) else { return }
            try archive.forEachMember { _, ndjson in try body(RowBlock(ndjson: ndjson)) }
        }
    }
}
