package import Archive
import Catalog
import Records
import StorageTime

/// What lies in `lost+found/`.
package struct LostAndFound: Sendable, Hashable {
    package internal(set) var files = 0
    package internal(set) var bytes = 0
    /// Damaged snapshots that were set aside, and not taken again yet.
    package internal(set) var waiting: [SnapshotAddress] = []
    /// What stands in its place, so that nothing can be moved there; nil where nothing does.
    package internal(set) var obstacle: String?

    package init(files: Int = 0, bytes: Int = 0, waiting: [SnapshotAddress] = [], obstacle: String? = nil) {
        self.files = files
        self.bytes = bytes
        self.waiting = waiting
        self.obstacle = obstacle
    }
}

extension SnapshotVault {
    /// Counts what lies in `lost+found/`.
    ///
    /// - Complexity: O(*n*) in its files.
    package func lostAndFound() throws(VaultError) -> LostAndFound {
        try vaultErrors {
            var found = LostAndFound()
            try count("lost+found", &found)
            switch try files.status(layout.path("lost+found"))?.kind {
            case .folder, nil: break
            case .link: found.obstacle = "is a symbolic link"
            case .file, .other: found.obstacle = "is no folder"
            }
            let keeper = Quarantine(layout: layout, files: files)
            for source in RowSource.allCases { found.waiting += try keeper.snapshots(of: source) }
            return found
        }
    }

    private func count(_ folder: String, _ found: inout LostAndFound) throws(ArchiveError) {
        guard try files.status(layout.path(folder))?.kind == .folder else { return }
        for name in try files.list(layout.path(folder)) {
            let path = "\(folder)/\(name)"
            guard let status = try files.status(layout.path(path)) else { continue }
            if status.kind == .folder {
                try count(path, &found)
            } else {
                found.files += 1
                found.bytes += status.size
            }
        }
    }

    /// What the index knows to be covered in a snapshot's window by others of its task and source.
    func windowsBeside(_ address: SnapshotAddress) throws -> WindowSet {
        guard let window = address.name.window else { return WindowSet([]) }
        var others: [Window] = []
        for series in try catalog.series(tasks: [address.task.text], source: address.source) {
            others += try catalog.windows(of: series.task, source: series.source, host: series.host, in: window)
                .filter { $0.path != address.manifestPath }.map(\.window)
        }
        return WindowSet(others)
    }
}
