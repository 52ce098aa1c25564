import Records
import StorageTime
import Synchronization

/// Commits snapshots, so that whatever fails and whenever, a reader sees the whole of one or none of it.
///
/// The order is: the archive's bytes on the device, its final name, the folder; then the manifest's bytes on the
/// device, its final name, the folder. Renaming the manifest is the commit. Only then the archives that it replaces are
/// removed. The caller holds the task's lock throughout.
package final class Publisher: Sendable {
    package let layout: ArchiveLayout
    package let files: any Files
    /// Folders whose names this publisher brought onto the device.
    private let durableFolders = Mutex<Set<String>>([])

    package init(layout: ArchiveLayout, files: any Files = DiskFiles()) {
        self.layout = layout
        self.files = files
    }

    /// What a publish did.
    package struct Publication: Sendable {
        /// Below the vault's folder.
        package let manifestPath: String
        /// The manifest file's own `manifest_sha256`.
        package let manifestSHA256: String
        /// Why an archive that the new manifest replaces is still there; a sweep removes it later. The snapshot is
        /// committed all the same.
        package let leftover: ArchiveError?
    }

    /// Publishes a manifest, and the archive that it names where `draft` holds one.
    ///
    /// Without a draft the manifest names an archive that is there already, or none: an empty or pruned window, or one
    /// whose totals changed and whose rows did not.
    ///
    /// - Throws: ``ArchiveError/Code/inconsistent`` and the errors of the manifest's checks, before anything is
    ///   written; ``ArchiveError/Code/nameTaken``, ``ArchiveError/Code/cannotWrite``. Where the error comes before the
    ///   commit, nothing was published and the draft is discarded; rows that the API gives only once (`unexported`) are
    ///   kept for a sweep to move to `lost+found`.
    @discardableResult
    package func publish(
        _ manifest: Manifest, draft: ArchiveDraft? = nil, at address: SnapshotAddress
    ) throws(ArchiveError) -> Publication {
        let bytes: [UInt8]
        var isPlaced = false
        do {
            try check(manifest, draft, address)
            try files.makeFolders(layout.path(address.folder))
            isPlaced = try place(draft)
            try synchronizeFolders(address, isPlaced: isPlaced)
            bytes = manifest.encoded()
            try files.write(bytes, to: partialManifest(address))
            try commit(address)
        } catch {
            takeBack(draft, isPlaced: isPlaced, address)
            throw error
        }
        // The commit is done: an error from here on says that a power cut might undo it, whole.
        try files.synchronize(folder: layout.path(address.folder))
        return Publication(
            manifestPath: address.manifestPath, manifestSHA256: Manifest.checksum(in: bytes) ?? "",
            leftover: removeReplaced(by: manifest, address))
    }

    /// Publishes the manifest of a snapshot whose rows are given up. Where the disk is full, the archives go first,
    /// since nothing else makes room for it: cut short between the two, the snapshot is one whose archive is missing.
    ///
    /// - Throws: as ``publish(_:draft:at:)``.
    package func publishPruned(_ manifest: Manifest, at address: SnapshotAddress) throws(ArchiveError) -> Publication {
        do {
            return try publish(manifest, at: address)
        } catch  where error.isDiskFull && manifest.state == .pruned {
            if let leftover = removeReplaced(by: manifest, address) { throw leftover }
            return try publish(manifest, at: address)
        }
    }

    private func check(
        _ manifest: Manifest, _ draft: ArchiveDraft?, _ address: SnapshotAddress
    ) throws(ArchiveError) {
        let path = layout.path(address.manifestPath)
        try manifest.check(path: path)
        try manifest.check(at: address)
        if let draft {
            let facts = try draft.finish()
            guard draft.address == address, facts == manifest.archive, draft.digest == manifest.rowsDigest,
                draft.columns == manifest.columns
            else { throw ArchiveError(.inconsistent, "the manifest \(path) does not describe the archive written") }
        } else if let archive = manifest.archive {
            let status = try files.status(layout.path("\(address.folder)/\(archive.file)"))
            guard status?.kind == .file, status?.size == archive.bytes else {
                throw ArchiveError(.inconsistent, "the manifest \(path) names an archive that is not there")
            }
        }
    }

    /// Gives the archive its final name; false where there is none to name.
    private func place(_ draft: ArchiveDraft?) throws(ArchiveError) -> Bool {
        guard let draft, try draft.finish() != nil else { return false }
        try files.move(draft.partialPath, to: draft.path)
        return true
    }

    /// Brings the archive's name, and every folder from the date's up to the vault's, onto the device.
    private func synchronizeFolders(_ address: SnapshotAddress, isPlaced: Bool) throws(ArchiveError) {
        var folder = layout.path(address.folder)
        if isPlaced || !isDurable(folder) { try files.synchronize(folder: folder) }
        // A folder may have been made by a process that died before it was on the device, so being there proves
        // nothing.
        for _ in 0..<3 where !isDurable(folder) {
            let parent = PathText.parent(of: folder)
            try files.synchronize(folder: parent)
            durableFolders.withLock { folders in
                if folders.count > 1000 { folders = [] }
                folders.insert(folder)
            }
            folder = parent
        }
    }

    private func isDurable(_ folder: String) -> Bool { durableFolders.withLock { $0.contains(folder) } }

    private func partialManifest(_ address: SnapshotAddress) -> String {
        PathText.join(layout.path(address.folder), SnapshotFileName.partial(address.name.manifestName))
    }

    /// Renames the manifest. An error means that this did not happen, or that nobody can tell.
    private func commit(_ address: SnapshotAddress) throws(ArchiveError) {
        try files.replace(layout.path(address.manifestPath), with: partialManifest(address))
    }

    /// Removes what was written before the commit, as far as that can be done.
    private func takeBack(_ draft: ArchiveDraft?, isPlaced: Bool, _ address: SnapshotAddress) {
        if isPlaced, let draft, address.source != .unexported, !isCommitted(draft) {
            try? files.remove(draft.path)
        }
        try? files.remove(partialManifest(address))
        if !isPlaced, address.source != .unexported { draft?.discard() }
    }

    /// Whether a manifest names the draft's archive, or may: a rename can fail and have happened, as on a network.
    private func isCommitted(_ draft: ArchiveDraft) -> Bool {
        let folder = SnapshotFolder(path: layout.path(draft.address.folder), files: files)
        do throws(ArchiveError) {
            return try folder.manifest(of: draft.address.name)?.archive?.file == PathText.name(of: draft.path)
        } catch {
            return true
        }
    }

    /// Removes the snapshot's archives that the manifest just committed does not name.
    private func removeReplaced(by manifest: Manifest, _ address: SnapshotAddress) -> ArchiveError? {
        guard manifest.revision > 1 || manifest.state == .pruned else { return nil }
        let folder = layout.path(address.folder)
        var leftover: ArchiveError?
        do throws(ArchiveError) {
            for entry in try SnapshotFolder(path: folder, files: files).entries() {
                guard case .archive(address.name, let revision) = entry.kind,
                    manifest.hasReplaced(entry.name, revision: revision)
                else { continue }
                do throws(ArchiveError) { try files.remove(PathText.join(folder, entry.name)) } catch {
                    leftover = error
                }
            }
        } catch {
            leftover = error
        }
        return leftover
    }
}

extension Manifest {
    /// Whether `file` is one of the snapshot's archives.
    package func names(_ file: String) -> Bool {
        archive?.file == file || superseded.contains { $0.archive.file == file }
    }

    /// Whether `file`, an archive of the same snapshot, is of an earlier revision and named no more.
    package func hasReplaced(_ file: String, revision: Int) -> Bool {
        !names(file) && (revision < self.revision || revision == self.revision && state == .pruned)
    }
}
