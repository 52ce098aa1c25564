import Archive
import Records

extension LockedTask {
    /// Gives another vault's archives names here: one more name of the same file where both lie on one file system,
    /// else a copy, proven as it is read.
    ///
    /// - Returns: the snapshot, ready to be published.
    /// - Throws: ``VaultError``; ``MergeCandidate/Unsound``.
    func adopt(_ candidate: MergeCandidate, from source: MergeSource) throws -> PendingSnapshot {
        var manifest = candidate.manifest
        let address = candidate.address
        let next = try nextRevision(at: address)
        // A number that is taken here, by a file that nothing names any more, is passed over.
        if next > manifest.revision {
            guard manifest.superseded.isEmpty else {
                throw VaultError(
                    .inconsistent, "\(address) has archives of earlier revisions, whose names are taken here",
                    hint: "run the merge again")
            }
            manifest.revision = next
        }
        guard var archive = manifest.archive else { return PendingSnapshot(manifest, draft: nil, at: address) }
        let origin = source.layout.path("\(candidate.origin.folder)/\(archive.file)")
        for old in manifest.superseded { try adopt(old.archive, candidate, from: source) }
        archive.file = address.name.archiveName(revision: archiveRevision(archive, manifest, candidate))
        manifest.archive = archive
        let draft = ArchiveDraft(
            holding: archive, digest: manifest.rowsDigest, columns: manifest.columns, at: address,
            revision: archiveRevision(archive, manifest, candidate), layout: vault.layout, files: vault.files)
        guard draft.columns == manifest.columns else {
            throw MergeCandidate.Unsound(
                error: ArchiveError(
                    .manifestInconsistent, "\(candidate.origin.manifestPath) names a column twice"))
        }
        withState { _ = $0.drafts.insert(address) }
        do {
            try vaultErrors { try vault.files.remove(draft.partialPath) }
            try copy(origin, archive, to: draft.partialPath, from: source)
        } catch {
            discard(draft)
            throw error
        }
        return PendingSnapshot(manifest, draft: draft, at: address)
    }

    /// The number in the archive's name: a manifest whose count alone moved names an archive of an earlier revision.
    private func archiveRevision(_ archive: ArchiveFacts, _ manifest: Manifest, _ candidate: MergeCandidate) -> Int {
        guard manifest.revision == candidate.manifest.revision,
            case .archive(_, let revision) = SnapshotFileName(candidate.manifest.archive?.file ?? "")
        else { return manifest.revision }
        return revision
    }

    /// Brings an archive of an earlier revision to its own name, which no manifest has here.
    private func adopt(_ old: ArchiveFacts, _ candidate: MergeCandidate, from source: MergeSource) throws {
        let target = vault.layout.path("\(candidate.address.folder)/\(old.file)")
        let partial = vault.layout.path("\(candidate.address.folder)/\(SnapshotFileName.partial(old.file))")
        try vaultErrors { try vault.files.remove(partial) }
        try copy(source.layout.path("\(candidate.origin.folder)/\(old.file)"), old, to: partial, from: source)
        try vaultErrors {
            try vault.files.move(partial, to: target)
            try vault.files.synchronize(folder: PathText.parent(of: target))
        }
    }

    private func copy(
        _ origin: String, _ facts: ArchiveFacts, to target: String, from source: MergeSource
    ) throws {
        do throws(ArchiveError) {
            try vault.files.link(origin, as: target)
            let status = try vault.files.status(target)
            if status?.kind == .file, status?.size == facts.bytes { return }
            try vault.files.remove(target)
        } catch {
            guard error.code == .cannotWrite else { throw VaultError(error) }
        }
        let copied: (bytes: Int, sha256: String)
        do throws(ArchiveError) {
            copied = try vault.files.copy(origin, to: target, from: source.files)
        } catch {
            guard error.code != .notFound, error.code != .cannotRead else {
                throw MergeCandidate.Unsound(
                    error: ArchiveError(.archiveUnreadable, "\(origin) cannot be read: \(error.message)", cause: error))
            }
            throw VaultError(error)
        }
        guard copied.bytes == facts.bytes, copied.sha256 == facts.sha256 else {
            throw MergeCandidate.Unsound(
                error: ArchiveError(.archiveSHA256, "the SHA-256 of \(origin) is not the one that its manifest states"))
        }
    }
}
