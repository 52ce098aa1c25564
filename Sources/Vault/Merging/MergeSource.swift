import Archive
import Records

/// A vault that another one takes snapshots from. It is only read, and no lock is taken in it: what is being written
/// there shows whole or not at all.
struct MergeSource: Sendable {
    /// The vault's folder, symbolic links resolved.
    let layout: ArchiveLayout
    let files: any Files

    /// - Parameter path: a vault's folder, which may be a copy of manifests and archives alone.
    /// - Throws: ``VaultError/Code/noVault``, ``VaultError/Code/newerFormat``, ``VaultError/Code/damaged``,
    ///   ``VaultError/Code/cannotRead``.
    init(at path: String, files: any Files) throws(VaultError) {
        guard let root = FileIdentity.resolve(path) else {
            throw VaultError(.noVault, "there is no vault at \(path)", hint: "name a vault's folder, or a copy of one")
        }
        layout = ArchiveLayout(root: root)
        self.files = files
        let isMarked = try VaultMarker.check(layout, files)
        let sources = try vaultErrors { [layout] in try layout.sources(files) }
        guard isMarked || !sources.isEmpty else {
            throw VaultError(
                .noVault, "the folder \(root) is no vault: it holds no snapshots", hint: "name the folder above them")
        }
    }

    /// The names of the tasks' folders, each once, behind `vault_task=`.
    func taskFolderNames() throws(VaultError) -> [String] {
        try vaultErrors {
            var names: Set<String> = []
            for source in try layout.sources(files) { names.formUnion(try layout.taskFolderNames(of: source, files)) }
            return names.sorted { $0.precedesInBytes($1) }
        }
    }

    /// The task that a folder is of; nil where neither its name nor a manifest in it tells.
    func task(folderName name: String) throws(VaultError) -> TaskID? {
        if let task = TaskID(folderName: name) { return task }
        return try vaultErrors {
            for folder in try dateFolders(ofTask: name) {
                for (_, manifest) in try FolderScan(folder, layout, files).manifests
                where manifest.task.folderName == name {
                    return manifest.task
                }
            }
            return nil
        }
    }

    /// The date folders of a task, of all sources, as paths below the vault.
    func dateFolders(ofTask name: String) throws(VaultError) -> [String] {
        try vaultErrors {
            try layout.sources(files).flatMap { source in
                try layout.dateFolders(in: "\(ArchiveLayout.sourceFolder(source))/vault_task=\(name)", files)
            }
        }
    }
}
