import Archive
import Catalog
import Records
import StorageTime

/// Puts sound manifests that lie in another's place back into their own, with the archives that they name.
struct MisplacedManifests {
    let vault: SnapshotVault
    /// What was done, as sentences.
    private(set) var done: [String] = []
    /// Date folders that were changed.
    private(set) var folders: Set<String> = []

    init(vault: SnapshotVault) {
        self.vault = vault
    }

    /// Does nothing where the manifest is damaged, its place is taken, its archive is not to be found, or another
    /// process holds one of the tasks.
    ///
    /// - Parameter path: the manifest's, below the vault.
    mutating func run(_ path: String) throws {
        let (layout, files) = (vault.layout, vault.files)
        guard let manifest = try? Manifest.read(layout.path(path), files: files),
            let address = Self.address(of: manifest, at: path), address.manifestPath != path
        else { return }
        let stray = PathText.parent(of: path)
        guard let locks = try hold([stray, address.folder]) else { return }
        defer { for lock in locks { lock.release() } }
        guard try files.status(layout.path(address.manifestPath)) == nil else { return }
        let archives = (manifest.archive.map { [$0] } ?? []) + manifest.superseded.map(\.archive)
        var moves: [(from: String, to: String)] = []
        for archive in archives {
            let final = "\(address.folder)/\(archive.file)"
            if try files.status(layout.path(final))?.size == archive.bytes { continue }
            let here = "\(stray)/\(archive.file)"
            guard try files.status(layout.path(final)) == nil,
                try files.status(layout.path(here))?.size == archive.bytes
            else { return }
            moves.append((here, final))
        }
        for made in try files.makeFolders(layout.path(address.folder)) {
            try files.synchronize(folder: PathText.parent(of: made))
        }
        for move in moves { try files.move(layout.path(move.from), to: layout.path(move.to)) }
        try files.synchronize(folder: layout.path(address.folder))
        // The manifest comes last, as when it was published.
        try files.move(layout.path(path), to: layout.path(address.manifestPath))
        for folder in [address.folder, stray] { try files.synchronize(folder: layout.path(folder)) }
        folders.formUnion([address.folder, stray])
        done.append("\(path) was put back as \(address.manifestPath)")
    }

    /// Where a manifest belongs; nil for a capture whose name does not tell its number.
    private static func address(of manifest: Manifest, at path: String) -> SnapshotAddress? {
        var name = manifest.window.map(SnapshotName.window)
        if name == nil, case .manifest(let found) = SnapshotFileName(PathText.name(of: path)), found.window == nil {
            name = found
        }
        guard let name else { return nil }
        let address = SnapshotAddress(source: manifest.source, task: manifest.task, name: name)
        guard (try? manifest.check(at: address)) != nil else { return nil }
        return address
    }

    /// Takes the tasks of both folders; nil where one is taken.
    private func hold(_ folders: [String]) throws -> [FileLock]? {
        let names = Set(folders.compactMap { ArchiveLayout.parse(dateFolder: $0)?.taskFolderName }).sorted()
        var locks: [FileLock] = []
        for name in names {
            guard
                case .taken(let lock) = try FileLock.attempt(
                    vault.layout.path("\(SnapshotVault.locksName)/\(name).lock"),
                    processID: vault.configuration.processID)
            else {
                for lock in locks { lock.release() }
                return nil
            }
            locks.append(lock)
        }
        return locks
    }
}
