package import Archive
import Catalog
package import Foundation
package import Records
package import StorageTime

extension LockedTask {
    /// Where a window of the task lies.
    package func address(of window: Window) -> SnapshotAddress {
        SnapshotAddress(source: .storageTime, task: task, name: .window(window))
    }

    /// Where a capture of `source` taken at `instant` is to lie, told apart from those of the same second.
    package func captureAddress(source: RowSource, at instant: Date) throws(VaultError) -> SnapshotAddress {
        // Names and manifests know whole seconds.
        let moment = instant.wholeSecond
        var address = SnapshotAddress(source: source, task: task, name: .capture(at: moment, sequence: 1))
        let sequence = try vaultErrors { try folder(of: address).nextSequence(at: moment) }
        address.name = .capture(at: moment, sequence: sequence)
        return address
    }

    /// The snapshot's manifest as it is; nil where there is none, or only a damaged one, which ``damages`` names.
    package func manifest(at address: SnapshotAddress) throws(VaultError) -> Manifest? {
        if isDamaged(address) { return nil }
        return try vaultErrors { try folder(of: address).manifest(of: address.name) }
    }

    /// Begins the archive of a snapshot: of one not taken yet, or of the next revision of one that was.
    ///
    /// Where the snapshot is damaged, it is set aside first, as ``quarantine(_:)`` does.
    package func beginDraft(at address: SnapshotAddress) throws(VaultError) -> ArchiveDraft {
        try vaultErrors {
            try quarantine(address)
            let revision = try folder(of: address).nextRevision(of: address.name)
            withState { _ = $0.drafts.insert(address) }
            return ArchiveDraft(at: address, revision: revision, layout: vault.layout, files: vault.files)
        }
    }

    /// The revision that the snapshot's next manifest gets.
    package func nextRevision(at address: SnapshotAddress) throws(VaultError) -> Int {
        try vaultErrors {
            try quarantine(address)
            return try folder(of: address).nextRevision(of: address.name)
        }
    }

    /// Gives a draft up and removes its file.
    package func discard(_ draft: ArchiveDraft) {
        draft.discard()
        withState { _ = $0.drafts.remove(draft.address) }
    }

    /// Commits a snapshot and indexes it in one transaction.
    ///
    /// A manifest that `replaces` others (a compacted one) has them and their archives removed, once it is durable.
    ///
    /// - Parameters:
    ///   - draft: the archive; nil where the manifest names one that is there already, or none.
    ///   - address: ``address(of:)`` or ``captureAddress(source:at:)``; the draft's, where there is one.
    /// - Throws: ``VaultError/Code/overlap`` where another manifest covers part of the window: nothing was published
    ///   then. An error from the catalog leaves the snapshot committed; the next time the task is taken it is indexed.
    @discardableResult
    package func publish(
        _ manifest: Manifest, draft: ArchiveDraft? = nil, at address: SnapshotAddress
    ) throws(VaultError) -> Publisher.Publication {
        let snapshot = PendingSnapshot(manifest, draft: draft, at: address)
        defer { withState { _ = $0.drafts.remove(address) } }
        return try vaultErrors {
            try admit(snapshot)
            try announce([address.folder])
            do {
                let publication = try vault.publisher.publish(manifest, draft: draft, at: address)
                try index([(snapshot, publication)])
                return publication
            } catch {
                // Perhaps behind the commit, so the folder has to be read again.
                withState { _ = $0.unsure.insert(address.folder) }
                throw error
            }
        }
    }

    /// Makes way for a snapshot that is to be committed, or gives its draft up where it may not be.
    func admit(_ snapshot: PendingSnapshot) throws {
        guard snapshot.address.task == task else {
            throw VaultError(
                .inconsistent, "a snapshot of task \(snapshot.address.task) was published with task \(task) held")
        }
        do {
            try quarantine(snapshot.address)
            try refuseOverlap(snapshot.manifest, snapshot.address)
        } catch {
            snapshot.draft?.discard()
            throw error
        }
    }

    private func folder(of address: SnapshotAddress) -> SnapshotFolder {
        SnapshotFolder(path: vault.layout.path(address.folder), files: vault.files)
    }

    /// The time to index the folder with; nil, to have it read again, while something else in it is being written.
    func modificationTime(of folder: String, besides addresses: Set<SnapshotAddress>) throws -> Int? {
        let isQuiet = withState { state in
            !state.drafts.contains { !addresses.contains($0) && $0.folder == folder }
                && !state.damaged.contains { $0.folder == folder } && !state.unsure.contains(folder)
        }
        return isQuiet ? try vault.files.status(vault.layout.path(folder))?.modified : nil
    }

    private func refuseOverlap(_ manifest: Manifest, _ address: SnapshotAddress) throws {
        guard let window = manifest.window else { return }
        let replaced = Set(manifest.replaces.map { "\(address.folder)/\($0)" })
        for series in try vault.catalog.series(tasks: [task.text], source: address.source) {
            let others = try vault.catalog.windows(
                of: task.text, source: address.source, host: series.host, in: window)
            if let other = others.first(where: { $0.path != address.manifestPath && !replaced.contains($0.path) }) {
                throw VaultError(
                    .overlap, "\(address) overlaps \(other.window), which \(other.path) covers",
                    hint: "take that window again instead")
            }
        }
    }

    func removeReplaced(by manifest: Manifest, at address: SnapshotAddress) throws -> [String] {
        let paths = try manifest.replaces.filter { $0 != address.name.manifestName }.map { "\(address.folder)/\($0)" }
            .filter { try vault.files.status(vault.layout.path($0)) != nil }
        guard !paths.isEmpty else { return [] }
        for path in paths { try vault.files.remove(vault.layout.path(path)) }
        try vault.files.synchronize(folder: vault.layout.path(address.folder))
        try Sweep(layout: vault.layout, files: vault.files).run(address.folder)
        return paths
    }
}
