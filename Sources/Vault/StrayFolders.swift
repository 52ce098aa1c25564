import Archive
import StorageTime

/// Finds folders that hold snapshots under names that the vault does not give, as a rename or a copy leaves them:
/// nothing else ever looks into them.
struct StrayFolders {
    private let layout: ArchiveLayout
    private let files: any Files
    private(set) var damages: [Damage] = []

    /// How deep a strange folder is looked into: a whole vault's worth.
    private static let depth = 4

    /// - Parameters:
    ///   - tasks: only these tasks' folders are looked into; nil for all, and for what lies above them.
    /// - Throws: ``Archive/ArchiveError/Code/cannotRead``.
    init(_ layout: ArchiveLayout, _ files: any Files, tasks: Set<String>?) throws(ArchiveError) {
        self.layout = layout
        self.files = files
        let sources = try layout.sources(files)
        if tasks == nil {
            let known =
                sources.map(ArchiveLayout.sourceFolder) + [
                    SnapshotVault.locksName, SnapshotVault.incomingName, "lost+found",
                ]
            try look(in: "", known: Set(known))
        }
        for source in sources {
            let folder = ArchiveLayout.sourceFolder(source)
            let names = try layout.taskFolderNames(of: source, files)
            if tasks == nil { try look(in: folder, known: Set(names.map { "vault_task=\($0)" })) }
            for name in names where tasks?.contains(name) ?? true {
                let taskFolder = "\(folder)/vault_task=\(name)"
                let dates = try layout.dateFolders(in: taskFolder, files).map(PathText.name)
                try look(in: taskFolder, known: Set(dates))
            }
        }
    }

    private mutating func look(in folder: String, known: Set<String>) throws(ArchiveError) {
        for name in try list(folder) where !known.contains(name) && !OtherPrograms.left(name) {
            let path = folder.isEmpty ? name : "\(folder)/\(name)"
            guard try holdsSnapshots(path, depth: Self.depth) else { continue }
            damages.append(
                Damage(.folderUnknown, path, "\(path) holds snapshots, and its name is none that the vault gives"))
        }
    }

    private func holdsSnapshots(_ path: String, depth: Int) throws(ArchiveError) -> Bool {
        guard depth > 0, try files.status(layout.path(path))?.kind == .folder else { return false }
        for name in try list(path) where !OtherPrograms.left(name) {
            switch SnapshotFileName(name) {
            case .manifest, .archive: return true
            case .partial: continue
            case .foreign: if try holdsSnapshots("\(path)/\(name)", depth: depth - 1) { return true }
            }
        }
        return false
    }

    private func list(_ relative: String) throws(ArchiveError) -> [String] {
        do {
            return try files.list(relative.isEmpty ? layout.root : layout.path(relative))
        } catch {
            // A file among the folders; and what cannot be read is told elsewhere, or is none of ours.
            if [.notFound, .cannotRead, .cannotReadNow].contains(error.code) { return [] }
            throw error
        }
    }
}
