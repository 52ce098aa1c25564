package import Archive
package import Catalog
package import Records
package import StorageTime

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

    /// How many snapshots the index holds; nil where there is none that can be read.
    ///
    /// - Parameter tasks: nil for all.
    package func snapshotCount(of tasks: [TaskID]? = nil) -> Int? {
        hasCatalogFile ? try? catalog.snapshotCount(tasks: tasks?.map(\.text)) : nil
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

    /// Opens a snapshot for reading, whole, without a lock.
    ///
    /// - Parameter path: the manifest's, below the vault, from ``forEachSnapshot(tasks:source:in:_:)``.
    /// - Returns: nil where the manifest is gone: a compacted one stands for it now, which a new list names.
    /// - Throws: ``VaultError/Code/damaged``, ``VaultError/Code/newerFormat``, ``VaultError/Code/cannotRead``.
    package func openSnapshot(at path: String) throws(VaultError) -> OpenSnapshot? {
        do throws(SnapshotOpener.Failure) {
            return try SnapshotOpener(files: files).open(layout.path(path))
        } catch {
            if case .gone = error { return nil }
            throw VaultError(error, path)
        }
    }

    /// Opens what holds a window's rows for reading, without a lock: its own snapshot or, where it was compacted, even
    /// since the index was read, that of its day.
    ///
    /// - Parameter path: the manifest's, below the vault, as the index has it.
    /// - Throws: ``VaultError/Code/damaged``, also where nothing stands for the window any more;
    ///   ``VaultError/Code/newerFormat``, ``VaultError/Code/cannotRead``.
    package func open(_ window: Window, at path: String) throws(VaultError) -> OpenSnapshot {
        do throws(SnapshotOpener.Failure) {
            return try SnapshotOpener(files: files).open(window, at: layout.path(path))
        } catch {
            throw VaultError(error, path)
        }
    }
}

extension VaultError {
    /// - Parameter path: the manifest's, below the vault.
    init(_ failure: SnapshotOpener.Failure, _ path: String) {
        switch failure {
        case .gone: self.init(.damaged, "\(path) is gone, and no other manifest stands for it")
        case .ofAnotherWindow: self.init(.damaged, "\(path) is of another window now")
        case .replaced(let times): self.init(.busy, "\(path) was replaced \(times) times while it was opened")
        case .unreadable(let error): self.init(error)
        }
    }
}
