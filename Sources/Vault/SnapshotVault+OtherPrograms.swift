import Archive

/// What other programs left in a vault's folders.
package struct LeftByOthers: Sendable {
    /// How many names of each kind, the most frequent first.
    package internal(set) var kinds: [(name: String, count: Int)] = []
    /// How many folders hold such.
    package internal(set) var folders = 0
    /// One of them; nil where there is none.
    package internal(set) var first: String?
    /// Whether there are more folders than were looked into.
    package internal(set) var isCut = false

    package init() {}

    package var count: Int { kinds.reduce(0) { $0 + $1.count } }
}

extension SnapshotVault {
    /// Counts what other programs left in the vault's folder and in those of sources, tasks and dates. It is no damage.
    ///
    /// - Parameter limit: so many folders are looked into.
    /// - Complexity: O(*n*) in their files.
    package func leftByOthers(limit: Int = 50_000) throws(VaultError) -> LeftByOthers {
        try vaultErrors {
            var found = LeftByOthers()
            var kinds: [String: Int] = [:]
            var seen = 0
            func look(_ folder: String) throws -> Bool {
                guard seen < limit else {
                    found.isCut = true
                    return false
                }
                seen += 1
                guard let names = try? files.list(folder.isEmpty ? layout.root : layout.path(folder)) else {
                    return true
                }
                let others = names.compactMap(OtherPrograms.kind)
                guard !others.isEmpty else { return true }
                for kind in others { kinds[kind, default: 0] += 1 }
                found.folders += 1
                found.first = found.first ?? (folder.isEmpty ? layout.root : folder)
                return true
            }
            func lookBelow() throws {
                guard try look("") else { return }
                for source in try layout.sources(files) {
                    let folder = ArchiveLayout.sourceFolder(source)
                    guard try look(folder) else { return }
                    for name in try layout.taskFolderNames(of: source, files) {
                        let taskFolder = "\(folder)/vault_task=\(name)"
                        guard try look(taskFolder) else { return }
                        for date in try layout.dateFolders(in: taskFolder, files) {
                            guard try look(date) else { return }
                        }
                    }
                }
            }
            try lookBelow()
            found.kinds = kinds.map { (name: $0.key, count: $0.value) }
                .sorted { ($1.count, $0.name) < ($0.count, $1.name) }
            return found
        }
    }
}
