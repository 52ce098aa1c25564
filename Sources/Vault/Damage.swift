import Archive
import Records

/// One thing found wrong in a vault. Gaps are no damage.
package struct Damage: Sendable, Hashable {
    /// The closed list of what can be wrong.
    package enum Code: String, Sendable, CaseIterable {
        /// The manifest is no manifest: not JSON, a key missing, a value of the wrong type or range.
        case manifestUnreadable = "manifest-unreadable"
        /// The manifest's own checksum does not match.
        case manifestSHA256 = "manifest-sha256"
        /// The manifest's figures contradict each other.
        case manifestInconsistent = "manifest-inconsistent"
        /// The manifest lies in a folder, or bears a name, that is not its window's.
        case manifestMisplaced = "manifest-misplaced"
        /// The catalog knows a manifest that is not there.
        case manifestMissing = "manifest-missing"
        /// The manifest's format is newer than this program's.
        case newerFormat = "newer-format"
        /// The archive that the manifest names is not there.
        case archiveMissing = "archive-missing"
        /// The archive could not be read through.
        case archiveUnreadable = "archive-unreadable"
        /// The archive is shorter or longer than the manifest says.
        case archiveSize = "archive-size"
        /// The archive's checksum is not the manifest's.
        case archiveSHA256 = "archive-sha256"
        /// No manifest names the archive.
        case archiveUnnamed = "archive-unnamed"
        /// A member does not decompress to what its own checksum and the manifest say.
        case memberCorrupt = "member-corrupt"
        /// A member holds fewer or more rows than the manifest says.
        case memberRows = "member-rows"
        /// A row is no JSON object.
        case rowMalformed = "row-malformed"
        /// The rows' digest is not the manifest's.
        case rowsDigest = "rows-digest"
        /// The rows' keys are not the manifest's columns.
        case columns
        /// A snapshot was damaged and set aside in `lost+found/`, and its window was not taken again yet.
        case quarantined = "set-aside"
        /// Two manifests cover the same second, and neither replaces the other.
        case overlap
        /// The catalog says something else than the manifest.
        case catalogDiffers = "catalog-differs"
        /// The catalog's file is damaged, or contradicts itself.
        case catalogDamaged = "catalog-damaged"
        /// A folder holds snapshots, and its name is none that the vault gives.
        case folderUnknown = "folder-unknown"
        /// A folder of the vault cannot be read.
        case folderUnreadable = "folder-unreadable"
    }

    /// The manifest concerned, as a path below the vault; the archive, where no manifest names it; else the folder, or
    /// the catalog.
    package var manifest: String
    package var code: Code
    /// One sentence naming what is concerned.
    package var message: String
    /// What to do about it.
    package var hint: String
    /// What was compared, where a second look could find the same wrong for another reason.
    var evidence = ""

    init(_ code: Code, _ manifest: String, _ message: String, hint: String? = nil) {
        self.manifest = manifest
        self.code = code
        self.message = message
        self.hint = hint ?? code.hint
    }

    /// What an error about a manifest or its archive says; nil for one that is no damage.
    init?(_ error: ArchiveError, manifest: String) {
        guard error.isDamage || error.code == .newerFormat, let code = Code(rawValue: error.code.rawValue) else {
            return nil
        }
        self.init(code, manifest, error.message)
    }
}

extension Damage {
    /// What takes a snapshot again that was set aside; nil where its code's own hint says all. Only windows are
    /// backfilled, and only increments are taken again by the next.
    static func hintToTakeAgain(_ source: RowSource) -> String? {
        switch source {
        case .storageTime:
            "take the window again with `octovault backfill` or `octovault verify --heal`, with an account"
        case .increments:
            "take the task again with `octovault snapshot --source increments` or `octovault verify --heal`, with an"
                + " account"
        case .all, .lastExtraction, .unexported, .lot: nil
        }
    }
}

extension Damage.Code {
    /// Whether only reading every row finds it.
    var needsEveryRow: Bool { [.rowMalformed, .rowsDigest, .columns].contains(self) }

    var hint: String {
        switch self {
        case .newerFormat: "use the octovault that wrote it, or a later one"
        case .manifestMissing, .catalogDiffers:
            "if the files are as they should be, make the index again with `octovault catalog rebuild`;"
                + " else restore them from a copy of the vault"
        case .quarantined:
            "take it again with `octovault verify --heal`, with an account"
        case .catalogDamaged:
            "make the index again with `octovault catalog rebuild`; archives and manifests are unharmed by this"
        case .folderUnknown:
            "move the folder back to where it belongs, or out of the vault; nothing in it counts as backed up"
        case .folderUnreadable: "check the folder's owner, permissions and mount; what lies in it was not verified"
        case .archiveUnnamed:
            "in a copy that a push did not finish, push again; else restore its manifest from a copy of the vault;"
                + " without one `octovault verify --heal`, or the next backfill, moves the archive to lost+found/"
        case .manifestMisplaced:
            "`octovault verify --heal` moves it back to where it belongs, or to lost+found/ where that place is taken"
        case .overlap: "move one of the two manifests and its archive away, and run `octovault catalog rebuild`"
        case .manifestUnreadable, .manifestSHA256, .manifestInconsistent, .archiveMissing, .archiveUnreadable,
            .archiveSize, .archiveSHA256, .memberCorrupt, .memberRows, .rowMalformed, .rowsDigest, .columns:
            "restore the file from a copy of the vault, or run `octovault verify --heal`: it keeps what still reads, and the"
                + " next run or backfill of that time brings back what the cloud still has"
        }
    }
}

extension [Damage] {
    /// The same, with what a catalog says otherwise than its manifests told once: one that is out of date differs from
    /// all that were written since.
    mutating func joinCatalogDifferences() {
        let differing = filter { $0.code == .catalogDiffers }
        guard differing.count > 1 else { return }
        removeAll { $0.code == .catalogDiffers }
        append(
            Damage(
                .catalogDiffers, SnapshotVault.catalogName,
                "the catalog says otherwise than \(differing.count) manifests, the first of them"
                    + " \(differing[0].manifest)"))
    }
}
