/// What one transaction does to the index. Removals come first, then folders, then snapshots.
package struct IndexChange: Sendable {
    /// Folders whose snapshots all go, with the folders themselves.
    package var removedFolders: [String] = []
    /// Manifests that are no more, by their paths relative to the vault.
    package var removedPaths: [String] = []
    /// Folders' modification times as now indexed, in nanoseconds since 1970; nil to have one indexed again.
    package var folders: [(path: String, modified: Int?)] = []
    /// Folders above others whose contents are all indexed as they are, and their own modification times.
    package var wholeFolders: [(path: String, modified: Int)] = []
    /// Snapshots to write, each in the place of one with the same path.
    package var written: [SnapshotRecord] = []
    /// Manifests, by path, whose archive was written anew: what was found about the one before says nothing about it,
    /// though the same rows give the same bytes.
    package var rewritten: [String] = []

    package init() {}
}

/// A folder's manifests, all of them.
package struct FolderContent: Sendable {
    /// Relative to the vault.
    package var path: String
    /// The modification time seen before its manifests were read, in nanoseconds since 1970; nil to have it read again.
    package var modified: Int?
    package var snapshots: [SnapshotRecord]

    package init(path: String, modified: Int?, snapshots: [SnapshotRecord]) {
        self.path = path
        self.modified = modified
        self.snapshots = snapshots
    }
}
