package import Archive
import Catalog

/// The manifests of a vault's folder, read as they lie there: no catalog is asked, no lock is taken, nothing is
/// written.
///
/// Memory is bounded by the manifests of a few date folders, which are read on several cores.
package struct FolderManifests: ManifestList {
    private let layout: ArchiveLayout
    private let files: any Files
    private let selection: ManifestSelection
    private let width: Int
    /// Still to be gone through, the next one last.
    private var taskFolders: [String] = []
    private var dateFolders: [String] = []
    private var entries: [ManifestEntry] = []

    /// - Parameters:
    ///   - path: the vault's folder, which may be a copy of manifests and archives alone.
    ///   - width: how many cores read.
    /// - Throws: ``VaultError/Code/noVault``, ``VaultError/Code/newerFormat``, ``VaultError/Code/cannotRead``.
    package init(
        at path: String, selection: ManifestSelection = ManifestSelection(), files: any Files = DiskFiles(),
        width: Int = VaultConfiguration().width
    ) throws(VaultError) {
        guard let root = FileIdentity.resolve(path) else {
            throw VaultError(.noVault, "there is no vault at \(path)", hint: "name a vault's folder, or a copy of one")
        }
        layout = ArchiveLayout(root: root)
        self.files = files
        self.selection = selection
        self.width = width
        let isMarked = try VaultMarker.check(layout, files)
        let sources = try vaultErrors { [layout] in try layout.sources(files) }
        guard isMarked || !sources.isEmpty else {
            throw VaultError(
                .noVault, "the folder \(root) is no vault: it holds no snapshots", hint: "name the folder above them")
        }
        let names = selection.tasks.map { Set($0.map(\.folderName)) }
        taskFolders = try vaultErrors { [layout] in
            // By name, as folders are listed: paths are in order then.
            try sources.map(ArchiveLayout.sourceFolder).sorted().flatMap { folder in
                try files.list(layout.path(folder)).filter { name in
                    name.hasPrefix(Self.taskPrefix)
                        && names?.contains(String(name.dropFirst(Self.taskPrefix.count))) ?? true
                }.map { "\(folder)/\($0)" }
            }
        }
        taskFolders.reverse()
    }

    private static let taskPrefix = "vault_task="

    /// The vault's folder, symbolic links resolved.
    package var root: String { layout.root }

    package mutating func next() throws(VaultError) -> ManifestEntry? {
        while entries.isEmpty {
            let batch = try nextFolders()
            if batch.isEmpty { return nil }
            var found: [ManifestEntry] = []
            try vaultErrors {
                let (layout, files, selection) = (layout, files, selection)
                try Pipeline.run(
                    batch, width: width, transform: { try Self.read($0, layout, files, selection) },
                    consume: { found += $0 })
            }
            entries = found.reversed()
        }
        return entries.popLast()
    }

    private mutating func nextFolders() throws(VaultError) -> [String] {
        var batch: [String] = []
        while batch.count < width * 2 {
            if let folder = dateFolders.popLast() {
                batch.append(folder)
            } else if let taskFolder = taskFolders.popLast() {
                dateFolders = try vaultErrors { try layout.dateFolders(in: taskFolder, files).reversed() }
            } else {
                break
            }
        }
        return batch
    }

    private static func read(
        _ folder: String, _ layout: ArchiveLayout, _ files: any Files, _ selection: ManifestSelection
    ) throws -> [ManifestEntry] {
        let scan: FolderScan
        do throws(ArchiveError) {
            scan = try FolderScan(folder, layout, files)
        } catch {
            guard error.code == .cannotRead else { throw error }
            return [.damaged(Damage(.folderUnreadable, folder, error.message, hint: error.hint))]
        }
        let sound = scan.manifests.filter { selection.contains($0.manifest) }.map { record, manifest in
            ManifestEntry.sound(ListedManifest(path: record.path, manifest: manifest, sha256: record.manifestSHA256))
        }
        let damaged = zip(scan.damages, scan.damagedSnapshots).filter { selection.contains($0.1.window) }
            .map { ManifestEntry.damaged($0.0) }
        return damaged.isEmpty ? sound : (sound + damaged).sorted { PathOrder.isAscending($0.path, $1.path) }
    }
}

extension FolderManifests {
    /// A listed manifest's file as it is, where it still is the one that was listed; else as it would be written.
    ///
    /// - Throws: ``VaultError/Code/cannotRead``.
    package func bytes(of listed: ListedManifest) throws(VaultError) -> [UInt8] {
        let encoded = listed.manifest.encoded()
        if Manifest.checksum(in: encoded) == listed.sha256 { return encoded }
        // Written by a program that knew keys which this one does not.
        let bytes = try? Manifest.readBytes(layout.path(listed.path), files: files)
        guard let bytes, Manifest.checksum(in: bytes) == listed.sha256 else { return encoded }
        return bytes
    }
}
