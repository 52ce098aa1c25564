package import Archive

/// A snapshot that is ready to be committed.
package struct PendingSnapshot: Sendable {
    package let manifest: Manifest
    /// The archive; nil where the manifest names one that is there already, or none.
    package let draft: ArchiveDraft?
    package let address: SnapshotAddress

    package init(_ manifest: Manifest, draft: ArchiveDraft?, at address: SnapshotAddress) {
        self.manifest = manifest
        self.draft = draft
        self.address = address
    }
}

extension LockedTask {
    /// Commits several snapshots, each as ``publish(_:draft:at:)`` does, and indexes them in one transaction.
    ///
    /// Each keeps its own order of steps: its archive is durable before its manifest gets its name, and it is indexed
    /// after that. Only the waits for the device are shared, since all are committed at once.
    ///
    /// - Parameter snapshots: of windows apart from each other.
    /// - Returns: what came of each, in the order given. The failure of one stops no other.
    package func publish(_ snapshots: [PendingSnapshot]) async -> [Result<Publisher.Publication, VaultError>] {
        guard !snapshots.isEmpty else { return [] }
        let folders = Set(snapshots.map(\.address.folder))
        let announcing = await DeviceWaits.run { [self] in
            Result { () throws(VaultError) in try vaultErrors { try announce(folders) } }
        }
        var outcomes = await DeviceWaits.map(snapshots) { [self] snapshot in
            announcing.flatMap { commit(snapshot) }
        }
        let committed = zip(snapshots, outcomes).compactMap { snapshot, outcome in
            (try? outcome.get()).map { (snapshot: snapshot, publication: $0) }
        }
        let indexing = await DeviceWaits.run { [self] in
            Result { () throws(VaultError) in
                try vaultErrors { try index(committed) }
            }
        }
        if case .failure(let error) = indexing {
            for (place, snapshot) in snapshots.enumerated() {
                if case .success = outcomes[place] { outcomes[place] = .failure(error) }
                withState { _ = $0.unsure.insert(snapshot.address.folder) }
            }
        }
        withState { $0.drafts.subtract(snapshots.map(\.address)) }
        return outcomes
    }

    private func commit(_ snapshot: PendingSnapshot) -> Result<Publisher.Publication, VaultError> {
        Result { () throws(VaultError) in
            try vaultErrors {
                try admit(snapshot)
                do {
                    return try vault.publisher.publish(snapshot.manifest, draft: snapshot.draft, at: snapshot.address)
                } catch {
                    // Perhaps behind the commit, so the folder has to be read again.
                    withState { _ = $0.unsure.insert(snapshot.address.folder) }
                    throw error
                }
            }
        }
    }
}
