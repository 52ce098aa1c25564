package import Archive
import Catalog
import Records
package import StorageTime

extension LockedTask {
    /// Where the snapshot lies that holds a window: at the window's own address or, where it is part of a compacted
    /// day, at that day's.
    package func home(of window: Window) throws(VaultError) -> SnapshotAddress {
        try vaultErrors {
            for series in try vault.catalog.series(tasks: [task.text], source: .storageTime) {
                let records = try vault.catalog.windows(
                    of: task.text, source: .storageTime, host: series.host, in: window)
                if let part = records.first(where: { $0.window == window && $0.part != nil }),
                    let address = SnapshotAddress(manifestPath: part.path, task: task)
                {
                    return address
                }
            }
            return address(of: window)
        }
    }

    /// A window's manifest: its own, or what a compacted day says of it. Nil where there is none, or only a damaged
    /// one.
    ///
    /// - Parameter home: ``home(of:)``.
    package func manifest(of window: Window, in home: SnapshotAddress) throws(VaultError) -> Manifest? {
        guard let manifest = try manifest(at: home) else { return nil }
        return manifest.window == window ? manifest : Manifest(part: window, of: manifest)
    }

    /// The archive that holds a window's rows, and which of its members are the window's; nil where it has no rows.
    ///
    /// A compacted day's archive gives way to a new one whenever another of its windows is taken again; the rows of
    /// this one stay what they are.
    ///
    /// - Throws: ``Archive/ArchiveError`` where the archive is damaged; ``VaultError``.
    package func openRows(
        of window: Window, in home: SnapshotAddress
    ) throws -> (archive: ArchiveReader, members: Range<Int>)? {
        guard !isDamaged(home) else {
            throw VaultError(.damaged, "\(home) was found damaged while its rows were read")
        }
        do throws(SnapshotOpener.Failure) {
            let path = vault.layout.path(home.manifestPath)
            let snapshot = try SnapshotOpener(files: vault.files).open(window, at: path)
            return snapshot.archive.flatMap { snapshot.members.isEmpty ? nil : ($0, snapshot.members) }
        } catch {
            if case .unreadable(let error) = error { throw error }
            throw VaultError(error, home.manifestPath)
        }
    }

    /// The superseded archives that hold rows of a window besides those of ``openRows(of:in:)``, newest first.
    ///
    /// - Throws: ``Archive/ArchiveError`` where one is damaged; ``VaultError``.
    package func openEarlier(of window: Window, in home: SnapshotAddress) throws -> [ArchiveReader] {
        let folder = vault.layout.path(home.folder)
        return try manifest(at: home)?.superseded(of: window).map { old in
            try ArchiveReader(path: PathText.join(folder, old.archive.file), facts: old.archive, files: vault.files)
        } ?? []
    }

    /// Commits a snapshot of a window: at its own address or, where it is part of a compacted day, as a new revision of
    /// the day in which the other windows are as they were.
    ///
    /// - Parameters:
    ///   - manifest: the window's, as if it were no part of a day.
    ///   - draft: the window's rows, among them all that ``openEarlier(of:in:)`` gives; nil where they are those that
    ///     it has.
    ///   - home: ``home(of:)``.
    /// - Throws: as ``publish(_:draft:at:)``; ``Archive/ArchiveError`` where the day's archive turns out to be damaged,
    ///   which is noted. Nothing was published then.
    package func publish(_ manifest: Manifest, draft: ArchiveDraft? = nil, in home: SnapshotAddress) throws {
        guard let window = manifest.window, home.name != .window(window) else {
            try publish(manifest, draft: draft, at: home)
            return
        }
        do {
            guard let day = try self.manifest(at: home) else {
                throw VaultError(.damaged, "\(home) was found damaged while one of its windows was taken again")
            }
            guard let index = day.partIndex(of: window) else {
                throw VaultError(.inconsistent, "\(home) has no part \(window)")
            }
            let revision = DayRevision(day: day, index: index, manifest: manifest, draft: draft)
            try publish(revision, at: home)
        } catch {
            if let error = error as? ArchiveError { _ = try noteDamage(error, at: home) }
            if let draft { discard(draft) }
            throw error
        }
        if let draft { discard(draft) }
    }

    private func publish(_ revision: DayRevision, at home: SnapshotAddress) throws {
        guard revision.draft != nil else {
            try publish(revision.revised(), at: home)
            return
        }
        let draft = try beginDraft(at: home)
        do {
            try revision.copy(to: draft, folder: vault.layout.path(home.folder), files: vault.files)
            var day = revision.revised()
            day.archive = try draft.finish()
            day.columns = draft.columns
            day.revision = draft.revision
            revision.draft.map(discard)
            try publish(day, draft: draft, at: home)
        } catch {
            discard(draft)
            throw error
        }
    }
}
