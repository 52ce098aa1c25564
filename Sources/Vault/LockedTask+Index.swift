import Archive
import Catalog

extension LockedTask {
    /// Has the index say that folders are to be read again, before anything is committed in them. Should this process
    /// end between a commit and its entry in the index, then the index does not claim to know all that is there.
    func announce(_ folders: Set<String>) throws {
        let new = withState { folders.subtracting($0.announced) }
        guard !new.isEmpty else { return }
        var change = IndexChange()
        change.folders = new.sorted().map { ($0, nil) }
        try vault.catalog.apply(change)
        withState { $0.announced.formUnion(new) }
    }

    /// Indexes what was committed, in one transaction.
    func index(_ committed: [(snapshot: PendingSnapshot, publication: Publisher.Publication)]) throws {
        var change = IndexChange()
        for (snapshot, publication) in committed {
            change.written.append(
                SnapshotRecord(
                    snapshot.manifest, path: publication.manifestPath, sha256: publication.manifestSHA256))
            if snapshot.draft != nil { change.rewritten.append(publication.manifestPath) }
            change.removedPaths += try removeReplaced(by: snapshot.manifest, at: snapshot.address)
        }
        // What could not be removed is for the next sweep, which needs the folder to be read again.
        let unswept = Set(committed.filter { $0.publication.leftover != nil }.map(\.snapshot.address.folder))
        let addresses = Set(committed.map(\.snapshot.address))
        for folder in Set(addresses.map(\.folder)).sorted() {
            let isSwept = !unswept.contains(folder)
            change.folders.append((folder, isSwept ? try modificationTime(of: folder, besides: addresses) : nil))
        }
        for folder in coming(besides: addresses) { change.folders.append((folder, nil)) }
        change.wholeFolders = wholeFolders(change, addresses)
        try vault.catalog.apply(change)
        withState { state in
            for (folder, modified) in change.folders {
                if modified == nil { state.announced.insert(folder) } else { state.announced.remove(folder) }
            }
        }
        for address in addresses { retireSetAside(address) }
    }

    /// The task's folders, with new modification times, where all that is below them is indexed as it is by the change.
    private func wholeFolders(
        _ change: IndexChange, _ addresses: Set<SnapshotAddress>
    ) -> [(path: String, modified: Int)] {
        var open = withState { $0.announced.union($0.unsure) }
        for (folder, modified) in change.folders {
            if modified == nil { open.insert(folder) } else { open.remove(folder) }
        }
        guard open.isEmpty else { return [] }
        return Set(addresses.map(\.source)).compactMap { source in
            let folder = ArchiveLayout.taskFolder(source: source, task: task)
            return vault.files.touch(folder: vault.layout.path(folder)).map { (folder, $0) }
        }
    }

    /// Folders that something is being written for and that are not announced yet: here that costs no transaction.
    private func coming(besides addresses: Set<SnapshotAddress>) -> [String] {
        let written = Set(addresses.map(\.folder))
        return withState { state in
            Set(state.drafts.map(\.folder)).subtracting(state.announced).subtracting(written).sorted()
        }
    }
}
