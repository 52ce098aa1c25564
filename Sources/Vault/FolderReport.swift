import Archive
import Catalog
import StorageTime

/// What verifying one date folder found.
struct FolderReport: Sendable {
    var folder: String
    var snapshots = 0
    var rows = 0
    var bytes = 0
    var skipped = 0
    var damages: [Damage] = []
    /// The windows of the sound manifests, for the search for overlaps.
    var windows: [(window: Window, manifest: String)] = []
    var verifications: [VerificationRecord] = []
    /// Snapshots to be taken again.
    var damagedSnapshots: [DamageRecord] = []
    /// Manifests of snapshots that were found damaged before, and are sound.
    var sound: [String] = []

    mutating func keepDamages(_ isKept: (Damage) -> Bool) {
        damages = damages.filter(isKept)
        let manifests = Set(damages.map(\.manifest))
        damagedSnapshots.removeAll { !manifests.contains($0.path) }
    }

    init(folder: String) {
        self.folder = folder
    }

    /// The report of a folder that cannot be read.
    init(unreadable folder: String, _ error: ArchiveError) {
        self.init(folder: folder)
        damages = [Damage(.folderUnreadable, folder, error.message, hint: error.hint)]
    }
}
