package import Archive
package import Catalog
package import Records
package import StorageTime

/// A snapshot that is read: its manifest, and its archive held open.
package struct OpenSnapshot: Sendable {
    /// The manifest's path below the vault.
    package let path: String
    package let manifest: Manifest
    /// nil where there are no rows.
    package let archive: ArchiveReader?
}

extension SnapshotVault {
    /// Visits the index's snapshots by task, source and host; within each in window order, captures by their time.
    ///
    /// - Parameters:
    ///   - range: only snapshots whose windows overlap it, and no captures; nil for all.
    ///   - visit: what it throws ends the list and is thrown on.
    /// - Throws: ``VaultError/Code/catalogDamaged`` where the index names a path that is none of the snapshot's.
    package func forEachSnapshot(
        tasks: [TaskID]? = nil, source: RowSource? = nil, in range: Window? = nil,
        _ visit: (SnapshotRecord) throws -> Void
    ) throws {
        try index(of: tasks).forEachSnapshot(tasks: tasks?.map(\.text), source: source, in: range) { record in
            guard record.address != nil else { throw VaultError.misplaced(record, root) }
            try visit(record)
        }
    }

    /// The paths of the archives that manifests name, in the order of ``forEachSnapshot(tasks:source:in:_:)``.
    package func forEachArchivePath(
        tasks: [TaskID]? = nil, source: RowSource? = nil, in range: Window? = nil, _ visit: (String) throws -> Void
    ) throws {
        try forEachSnapshot(tasks: tasks, source: source, in: range) { record in
            guard let archive = record.archive else { return }
            guard let address = record.address, let path = address.archivePath(named: archive) else {
                throw VaultError.misplaced(record, root)
            }
            try visit(layout.path(path))
            guard record.revision > 1, let manifest = try manifest(at: record.path) else { return }
            for old in manifest.superseded {
                guard let path = address.archivePath(named: old.archive.file) else {
                    throw VaultError.misplaced(record, root)
                }
                try visit(layout.path(path))
            }
        }
    }

    /// The manifest at a path below the vault; nil where there is none.
    ///
    /// - Throws: ``VaultError/Code/damaged``, ``VaultError/Code/newerFormat``, ``VaultError/Code/cannotRead``.
    package func manifest(at path: String) throws(VaultError) -> Manifest? {
        do throws(ArchiveError) {
            return try Manifest.read(layout.path(path), files: files)
        } catch {
            if error.code == .notFound { return nil }
            throw VaultError(error)
        }
    }

    /// Opens a snapshot for reading, without a lock. An archive that goes while its manifest is read means that a newer
    /// manifest has taken its place, which is read then; an archive once open stays readable.
    ///
    /// - Parameter path: the manifest's, below the vault, from ``forEachSnapshot(tasks:source:in:_:)``.
    /// - Returns: nil where the manifest is gone: a compacted one stands for it now, which a new list names.
    /// - Throws: ``VaultError/Code/damaged``, ``VaultError/Code/newerFormat``, ``VaultError/Code/cannotRead``.
    package func openSnapshot(at path: String) throws(VaultError) -> OpenSnapshot? {
        var last: Manifest?
        while true {
            guard let manifest = try manifest(at: path) else { return nil }
            do throws(ArchiveError) {
                let folder = PathText.parent(of: layout.path(path))
                let archive = try ArchiveReader.open(manifest, folder: folder, files: files)
                return OpenSnapshot(path: path, manifest: manifest, archive: archive)
            } catch {
                guard error.code == .archiveMissing, manifest != last else { throw VaultError(error) }
                last = manifest
            }
        }
    }
}
