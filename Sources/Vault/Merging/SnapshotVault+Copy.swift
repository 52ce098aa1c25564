package import Archive
import Catalog
import Records

/// How much of a copy's snapshot a vault holds.
package enum SnapshotPresence: Sendable, Hashable {
    case whole
    /// The manifest as it is, and not its archive.
    case withoutArchive
    /// Not that manifest.
    case none
}

extension SnapshotVault {
    /// The folder where files of a copy are kept until they are checked, this process's own until it is given back.
    ///
    /// - Throws: ``VaultError/Code/locked`` where another process has it; ``VaultError/Code/cannotWrite``.
    package func lockStaging() throws(VaultError) -> VaultStagingLock {
        let path = layout.path("\(Self.locksName)/+pull.lock")
        guard !isReadOnly else {
            throw VaultError(.cannotWrite, "the vault \(root) cannot be written")
        }
        switch try FileLock.attempt(path, processID: configuration.processID) {
        case .taken(let lock): return VaultStagingLock(path: layout.path(Self.incomingName), lock: lock)
        case .held(let holder):
            throw VaultError(
                .locked,
                "another copy is being pulled into \(root)" + (holder.map { " by process \($0)" } ?? ""),
                hint: "wait until it is done")
        }
    }

    /// How much of a snapshot, listed elsewhere, is here, by names, sizes and the manifest's checksum.
    package func presence(of listed: ListedManifest) throws(VaultError) -> SnapshotPresence {
        try vaultErrors {
            let own = try? Manifest.readBytes(layout.path(listed.path), files: files)
            guard let own, Manifest.checksum(in: own) == listed.sha256, (try? Manifest.decode(own)) != nil else {
                return .none
            }
            let folder = PathText.parent(of: listed.path)
            let archives = (listed.manifest.archive.map { [$0] } ?? []) + listed.manifest.superseded.map(\.archive)
            let isWhole = try archives.allSatisfy {
                try files.status(layout.path("\(folder)/\($0.file)"))?.size == $0.bytes
            }
            return isWhole ? .whole : .withoutArchive
        }
    }

    /// Brings the archives of a snapshot, whose manifest is here, back to their places.
    ///
    /// - Parameter folder: where they lie below the same names.
    /// - Returns: the rows that they hold.
    /// - Throws: ``VaultError/Code/damaged`` where they are not what the manifest says.
    package func putBackArchives(of listed: ListedManifest, from folder: String) async throws -> Int {
        let manifest = listed.manifest
        let locked = try await lock(manifest.task, wait: .polling())
        defer { locked.release() }
        let date = PathText.parent(of: listed.path)
        let problems = try SnapshotCheck(deep: true, files: files)
            .run(manifest, folder: PathText.join(folder, date)).problems
        if let problem = problems.first { throw VaultError(.damaged, problem.message, hint: problem.hint) }
        guard try presence(of: listed) == .withoutArchive else { return 0 }
        try vaultErrors {
            for archive in (manifest.archive.map { [$0] } ?? []) + manifest.superseded.map(\.archive) {
                let final = layout.path("\(date)/\(archive.file)")
                if try files.status(final)?.size == archive.bytes { continue }
                let partial = layout.path("\(date)/\(SnapshotFileName.partial(archive.file))")
                try files.copy(PathText.join(folder, "\(date)/\(archive.file)"), to: partial)
                try files.replace(final, with: partial)
            }
            try files.synchronize(folder: layout.path(date))
            try catalog.forgetDamage(of: [listed.path])
        }
        return manifest.rows
    }

    /// Publishes manifests whose archives stay elsewhere: what they cover is known here, and their rows are not.
    ///
    /// - Parameter folder: where their files lie below the same names.
    package func takeManifests(
        _ manifests: [ListedManifest], of task: TaskID, from folder: String
    ) async throws -> (taken: Int, refused: [(path: String, error: VaultError)]) {
        let locked = try await lock(task, wait: .polling())
        var taken = 0
        var refused: [(path: String, error: VaultError)] = []
        do {
            defer { locked.release() }
            for listed in manifests {
                do {
                    try locked.take(listed, from: folder)
                    taken += 1
                } catch let error as VaultError
                    where [.overlap, .otherHost, .damaged].contains(error.code)
                {
                    refused.append((listed.path, error))
                }
            }
        }
        // The folders were announced as changed: whoever takes the task next reads them.
        try await lock(task, wait: .polling()).release()
        return (taken, refused)
    }
}

extension LockedTask {
    fileprivate func take(_ listed: ListedManifest, from folder: String) throws {
        guard let address = SnapshotAddress(manifestPath: listed.path, task: task) else { return }
        try requireHost(listed.manifest.host)
        guard try manifest(at: address) == nil, !isDamaged(address) else {
            throw VaultError(
                .overlap, "\(address) is here as another revision, or damaged",
                hint: "pull it whole: octovault copy pull, without --manifests")
        }
        try admit(PendingSnapshot(listed.manifest, draft: nil, at: address))
        try announce([address.folder])
        let (layout, files) = (vault.layout, vault.files)
        for made in try files.makeFolders(layout.path(address.folder)) {
            try files.synchronize(folder: PathText.parent(of: made))
        }
        let final = layout.path(address.manifestPath)
        let partial = layout.path("\(address.folder)/\(SnapshotFileName.partial(address.name.manifestName))")
        try files.copy(PathText.join(folder, listed.path), to: partial)
        try files.replace(final, with: partial)
        try files.synchronize(folder: layout.path(address.folder))
    }
}

/// A folder for files that are not checked yet, and the lock that makes it this process's own.
package final class VaultStagingLock: Sendable {
    package let path: String
    private let lock: FileLock

    init(path: String, lock: FileLock) {
        self.path = path
        self.lock = lock
    }

    deinit { lock.release() }

    package func release() { lock.release() }
}
