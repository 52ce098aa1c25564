import Archive
import Catalog
import Records
import StorageTime

/// What the manifests of one date folder say.
struct FolderScan: Sendable {
    /// Below the vault.
    var folder: String
    /// nil where the folder must be looked at again next time: something in it is damaged.
    var modified: Int?
    /// Sound manifests, but for those that a compacted one stands for.
    var manifests: [(record: SnapshotRecord, manifest: Manifest)] = []
    var damages: [Damage] = []
    /// Snapshots whose manifest is there and damaged.
    var damagedSnapshots: [SnapshotName] = []
    /// Names in the folder, manifests and all; for the verifier.
    var entries: [(name: String, kind: SnapshotFileName)] = []

    var content: FolderContent {
        FolderContent(path: folder, modified: modified, snapshots: manifests.map(\.record))
    }

    /// Reads all manifests of a folder; those that vanish meanwhile are left out.
    ///
    /// - Throws: ``Archive/ArchiveError/Code/cannotRead`` where the folder cannot be read.
    init(_ folder: String, _ layout: ArchiveLayout, _ files: any Files) throws(ArchiveError) {
        self.folder = folder
        let path = layout.path(folder)
        // Taken first: a change while the manifests are read makes the folder one to be read again.
        modified = try files.status(path)?.modified
        entries = try SnapshotFolder(path: path, files: files).entries()
        let parts = ArchiveLayout.parse(dateFolder: folder)
        for entry in entries {
            guard case .manifest(let name) = entry.kind else { continue }
            let manifestPath = "\(folder)/\(entry.name)"
            do throws(ArchiveError) {
                let bytes = try Manifest.readBytes(layout.path(manifestPath), files: files)
                let manifest = try Manifest.decode(bytes, path: layout.path(manifestPath))
                let address = SnapshotAddress(source: manifest.source, task: manifest.task, name: name)
                try manifest.check(at: address)
                guard let parts, address.folder == folder, parts.source == manifest.source else {
                    throw Self.misplaced(manifestPath)
                }
                let sum = Manifest.checksum(in: bytes) ?? ""
                manifests.append((SnapshotRecord(manifest, path: manifestPath, sha256: sum), manifest))
            } catch {
                if error.code == .notFound { continue }
                guard let damage = Damage(error, manifest: manifestPath) else { throw error }
                damages.append(damage)
                damagedSnapshots.append(name)
            }
        }
        try leaveOutReplaced(path, files)
        if !damages.isEmpty { modified = nil }
    }

    /// Leaves out the manifests that a compacted one stands for, once that one's archive is seen to be there.
    private mutating func leaveOutReplaced(_ path: String, _ files: any Files) throws(ArchiveError) {
        var compacted: [Manifest] = []
        for (_, manifest) in manifests where !manifest.replaces.isEmpty {
            if let archive = manifest.archive, try files.status("\(path)/\(archive.file)")?.size != archive.bytes {
                continue
            }
            compacted.append(manifest)
        }
        guard !compacted.isEmpty else { return }
        manifests.removeAll { _, manifest in compacted.contains { $0.standsFor(manifest) } }
    }

    private static func misplaced(_ path: String) -> ArchiveError {
        ArchiveError(.manifestMisplaced, "\(path) holds the manifest of another task, source or day")
    }
}
