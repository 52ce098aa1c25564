/// What one transaction does to the index. Removals come first, then folders, then snapshots.
public struct IndexChange: Sendable {
    /// Folders whose snapshots all go, with the folders themselves.
    public var removedFolders: [String] = []
    /// Manifests that are no more, by their paths relative to the vault.
    public var removedPaths: [String] = []
    /// Folders' modification times as now indexed, in nanoseconds since 1970; nil to have one indexed again.
    public var folders: [(path: String, modified: Int?)] = []
    /// Snapshots to write, each in the place of one with the same path.
    public var written: [SnapshotRecord] = []

    public init() {}
}

/// A folder's manifests, all of them.
public struct FolderContent: Sendable {
    /// Relative to the vault.
    public var path: String
    /// The modification time seen before its manifests were read, in nanoseconds since 1970; nil to have it read again.
    public var modified: Int?
    public var snapshots: [SnapshotRecord]

    public init(path: String, modified: Int?, snapshots: [SnapshotRecord]) {
        self.path = path
        self.modified = modified
        self.snapshots = snapshots
    }
}
