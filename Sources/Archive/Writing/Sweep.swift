import Records
import StorageTime

/// Clears a date folder of what publishes that were cut short left behind.
///
/// - Partial files are removed. Those of `unexported` captures are moved to `lost+found`: the API gives such rows once.
/// - Archives whose snapshot's valid manifest names a later revision are removed, once the archive that it names is
///   seen to be there. So are the manifests and archives of windows that a compacted manifest in the folder stands for.
/// - Any other archive that no manifest names goes to `lost+found`.
///
/// Where a manifest is damaged or of a newer format, its snapshot's archives are left as they are. The caller holds the
/// task's lock. A sweep that is cut short can be run again.
package struct Sweep: Sendable {
    package let layout: ArchiveLayout
    package let files: any Files

    package init(layout: ArchiveLayout, files: any Files = DiskFiles()) {
        self.layout = layout
        self.files = files
    }

    /// What a sweep did; paths are below the vault's folder.
    package struct Report: Sendable {
        package var removedPartials: [String] = []
        package var removedManifests: [String] = []
        package var removedArchives: [String] = []
        /// Files moved to `lost+found`, by where they were.
        package var moved: [Move] = []
        /// Files that belong in `lost+found` and could not be moved there; they stay where they are.
        package var left: [Left] = []

        package init() {}

        package var isEmpty: Bool {
            removedPartials.isEmpty && removedManifests.isEmpty && removedArchives.isEmpty && moved.isEmpty
        }
    }

    package struct Left: Sendable {
        package var path: String
        package var error: ArchiveError
    }

    package struct Move: Sendable, Hashable {
        package var from: String
        package var to: String
    }

    /// What a folder's manifests say about its archives.
    private struct Claims {
        var manifests: [SnapshotName: Manifest] = [:]
        /// Snapshots whose manifest is there and cannot be relied on.
        var unreadable: Set<SnapshotName> = []
        /// Manifests' names that a compacted one stands for.
        var replaced: Set<String> = []

        /// The manifests that a compacted one stands for, and that are still there: no archive counts as theirs then.
        mutating func takeReplaced() -> [SnapshotName] {
            let compacted = manifests.values.filter { !$0.replaces.isEmpty }
            let names = manifests.filter { name, manifest in
                replaced.contains(name.manifestName) && compacted.contains { $0.standsFor(manifest) }
            }.keys
            for name in names { manifests[name] = nil }
            return names.sorted()
        }
    }

    /// Clears one date folder, given as a path below the vault's.
    ///
    /// - Complexity: O(*n*) in the folder's files; manifests are read only where a file is in doubt.
    @discardableResult
    package func run(_ folder: String) throws(ArchiveError) -> Report {
        let path = layout.path(folder)
        let entries = try SnapshotFolder(path: path, files: files).entries()
        var report = Report()
        let isUnexported = ArchiveLayout.parse(dateFolder: folder)?.source == .unexported
        for entry in entries {
            guard case .partial(let final) = entry.kind else { continue }
            if isUnexported, case .archive = SnapshotFileName(final) {
                try moveAway(entry.name, folder, &report)
            } else {
                try files.remove(PathText.join(path, entry.name))
                report.removedPartials.append("\(folder)/\(entry.name)")
            }
        }
        try sweepArchives(entries, folder, &report)
        if !report.isEmpty { try files.synchronize(folder: path) }
        return report
    }

    private func sweepArchives(
        _ entries: [(name: String, kind: SnapshotFileName)], _ folder: String, _ report: inout Report
    ) throws(ArchiveError) {
        let archives = entries.count { if case .archive = $0.kind { true } else { false } }
        let manifests = entries.count { if case .manifest = $0.kind { true } else { false } }
        guard archives > 0 || manifests > 1 else { return }
        var claims = try readClaims(entries, folder)
        try removeReplaced(&claims, folder, &report)
        for entry in entries {
            guard case .archive(let snapshot, let revision) = entry.kind, !claims.unreadable.contains(snapshot) else {
                continue
            }
            let manifest = claims.manifests[snapshot]
            if let manifest, manifest.names(entry.name) { continue }
            let isReplaced =
                manifest?.hasReplaced(entry.name, revision: revision)
                ?? claims.replaced.contains(snapshot.manifestName)
            if isReplaced {
                if let manifest, try !hasArchive(manifest, folder) { continue }
                try files.remove(layout.path("\(folder)/\(entry.name)"))
                report.removedArchives.append("\(folder)/\(entry.name)")
            } else {
                try moveAway(entry.name, folder, &report)
            }
        }
    }

    /// Removes what is left of the manifests that a compacted one stands for; the archives may go once that is durable.
    private func removeReplaced(_ claims: inout Claims, _ folder: String, _ report: inout Report) throws(ArchiveError) {
        let names = claims.takeReplaced()
        guard !names.isEmpty else { return }
        for name in names {
            try files.remove(layout.path("\(folder)/\(name.manifestName)"))
            report.removedManifests.append("\(folder)/\(name.manifestName)")
        }
        try files.synchronize(folder: layout.path(folder))
    }

    private func readClaims(
        _ entries: [(name: String, kind: SnapshotFileName)], _ folder: String
    ) throws(ArchiveError) -> Claims {
        var claims = Claims()
        let snapshots = SnapshotFolder(path: layout.path(folder), files: files)
        for entry in entries {
            guard case .manifest(let snapshot) = entry.kind else { continue }
            do throws(ArchiveError) {
                guard let manifest = try snapshots.manifest(of: snapshot) else { continue }
                claims.manifests[snapshot] = manifest
                if !manifest.replaces.isEmpty, try hasArchive(manifest, folder) {
                    claims.replaced.formUnion(manifest.replaces)
                }
            } catch {
                guard error.isDamage || error.code == .newerFormat else { throw error }
                claims.unreadable.insert(snapshot)
            }
        }
        return claims
    }

    private func hasArchive(_ manifest: Manifest, _ folder: String) throws(ArchiveError) -> Bool {
        guard let archive = manifest.archive else { return true }
        return try files.status(layout.path("\(folder)/\(archive.file)"))?.size == archive.bytes
    }

    /// Something in the way of `lost+found` keeps nobody from the rest of the folder.
    private func moveAway(_ name: String, _ folder: String, _ report: inout Report) throws(ArchiveError) {
        let made: [String]
        do {
            made = try files.makeFolders(layout.path("lost+found/\(folder)"))
        } catch  where error.code == .cannotWrite && !error.isDiskFull {
            return report.left.append(Left(path: "\(folder)/\(name)", error: error))
        }
        report.moved.append(try moveAway(name, folder, made))
    }

    /// Moves a file to the same folders below `lost+found`, under a name that is free there.
    ///
    /// - Parameter made: those of these folders that are new.
    private func moveAway(_ name: String, _ folder: String, _ made: [String]) throws(ArchiveError) -> Move {
        let target = "lost+found/\(folder)"
        let plain = String(name.drop { $0 == "." })
        var attempt = 0
        while true {
            let final = attempt == 0 ? "\(target)/\(plain)" : "\(target)/\(plain).\(attempt)"
            do throws(ArchiveError) {
                try files.move(layout.path("\(folder)/\(name)"), to: layout.path(final))
            } catch  where error.code == .nameTaken {
                attempt += 1
                continue
            }
            try files.synchronize(folder: layout.path(target))
            for made in made { try files.synchronize(folder: PathText.parent(of: made)) }
            return Move(from: "\(folder)/\(name)", to: final)
        }
    }
}
