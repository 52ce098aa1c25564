package import Archive
import Catalog
package import Records
import StorageTime

extension LockedTask {
    /// The snapshots of the task that are damaged, by what this program knows: from taking the task, from what `verify`
    /// found last, and from what is set aside.
    package var damagedSnapshots: [SnapshotAddress] {
        withState { $0.damaged.union($0.quarantined) }.sorted {
            ($0.source.rawValue, $0.name) < ($1.source.rawValue, $1.name)
        }
    }

    /// Those of a source that were set aside and wait to be taken again.
    package func snapshotsSetAside(of source: RowSource) -> [SnapshotAddress] {
        withState { $0.quarantined }.filter { $0.source == source }.sorted { $0.name < $1.name }
    }

    /// Whether the snapshot is damaged, or was set aside for that; then it is no coverage.
    package func isDamaged(_ address: SnapshotAddress) -> Bool {
        withState { $0.damaged.contains(address) || $0.quarantined.contains(address) }
    }

    /// Notes that reading the snapshot's archive showed it to be damaged.
    ///
    /// - Returns: whether it is damage, and was not known.
    package func noteDamage(_ error: ArchiveError, at address: SnapshotAddress) throws(VaultError) -> Bool {
        guard error.isDamage, !isDamaged(address) else { return false }
        return try vaultErrors {
            let path = address.manifestPath
            guard let record = try vault.catalog.snapshots(inFolder: address.folder).first(where: { $0.path == path })
            else { return false }
            try vault.catalog.record([
                DamageRecord(
                    path: path, task: task.text, source: address.source, host: record.host, window: record.window,
                    archiveSHA256: record.archiveSHA256, code: error.code.rawValue, foundAt: vault.now)
            ])
            withState { _ = $0.damaged.insert(address) }
            return true
        }
    }

    /// Moves a damaged snapshot, its manifest and its archives, to `lost+found/`; of any other nothing is moved. Its
    /// window is missing from then on, until it is taken again.
    ///
    /// - Returns: the folder that they are in now, as a path below the vault; nil where nothing was moved.
    @discardableResult
    package func quarantine(_ address: SnapshotAddress) throws(VaultError) -> String? {
        guard withState({ $0.damaged.contains(address) }) else { return nil }
        return try vaultErrors {
            try announce([address.folder])
            let folder = try keeper.move(address, now: vault.now)
            var change = IndexChange()
            change.removedPaths = [address.manifestPath]
            change.folders = [(address.folder, nil)]
            try recordAside(address)
            try vault.catalog.apply(change)
            withState { state in
                state.damaged.remove(address)
                state.quarantined.insert(address)
            }
            return folder
        }
    }

    /// Moves a sound snapshot to `lost+found/`, for people: another takes its place.
    ///
    /// - Returns: the folder that it is in now, as a path below the vault; nil where it was not there.
    func moveAside(_ address: SnapshotAddress) throws(VaultError) -> String? {
        try vaultErrors {
            try announce([address.folder])
            guard try keeper.move(address, now: vault.now) != nil else { return nil }
            let places = try keeper.retire(address)
            var change = IndexChange()
            change.removedPaths = [address.manifestPath]
            change.folders = [(address.folder, nil)]
            try vault.catalog.apply(change)
            return places.last
        }
    }

    /// What still reads of a snapshot that was set aside; nil where nothing of it is.
    package func salvage(at address: SnapshotAddress) throws -> Salvage? {
        guard withState({ $0.quarantined.contains(address) }) else { return nil }
        return try keeper.salvage(address) { sha256 in
            try vault.catalog.isArchive(sha256, ofOtherThan: address.manifestPath)
        }
    }

    /// Writes the rows that still read of a snapshot set aside beside it, as gzip that anybody can read.
    ///
    /// - Parameter folder: what ``quarantine(_:)`` returned.
    /// - Returns: the file, as a path below the vault; nil where nothing reads, or the archive itself reads well.
    func writeReadable(_ salvage: Salvage, of address: SnapshotAddress, in folder: String) throws -> String? {
        try keeper.writeReadable(salvage, of: address, in: folder)
    }

    /// Notes that a snapshot was published in the place of one that was set aside.
    func retireSetAside(_ address: SnapshotAddress) {
        guard withState({ $0.quarantined.remove(address) != nil }) else { return }
        // Only a name: as long as the snapshot has a manifest in its place, what is set aside counts no more.
        _ = try? keeper.retire(address)
    }

    /// Gives a snapshot up that was set aside and can never be taken again, or whose rows were: its files stay for
    /// people.
    package func forget(_ address: SnapshotAddress) throws {
        try vault.catalog.forgetDamage(of: [address.manifestPath])
        retireSetAside(address)
    }

    /// Its window stays known as missing, though neither the index nor a folder tells of it any more. The code says
    /// that whatever has its place later is another snapshot, though it may have the same bytes.
    private func recordAside(_ address: SnapshotAddress) throws {
        let known = try vault.catalog.damages(of: task.text).first { $0.path == address.manifestPath }
        try vault.catalog.record([
            DamageRecord(
                path: address.manifestPath, task: task.text, source: address.source, host: known?.host,
                window: address.name.window, archiveSHA256: known?.archiveSHA256,
                code: Damage.Code.quarantined.rawValue, foundAt: known?.foundAt ?? vault.now)
        ])
    }

    private var keeper: Quarantine { Quarantine(layout: vault.layout, files: vault.files) }
}
