public import Foundation
public import StorageTime

/// What to verify, and how closely.
public struct VerifyOptions: Sendable {
    /// Only this source's snapshots; nil for all.
    public var source: RowSource?
    /// Only snapshots whose windows overlap it, and no captures; nil for all.
    public var range: Window?
    /// Whether every row is read as well: it must be a JSON object, and the rows' digest and keys the manifest's.
    public var isDeep = false
    /// Archives found sound since then, as closely, are not read again; nil to read all.
    public var since: Date?

    public init() {}
}

/// What a verification read and found.
public struct VerifyReport: Sendable {
    /// Manifests looked at.
    public var snapshots = 0
    /// Rows and bytes of the archives read through.
    public var rows = 0
    public var bytes = 0
    /// Archives that were found sound before, lately enough, and were not read.
    public var skipped = 0
    /// What is wrong, by task, source and folder.
    public var damaged: [Damage] = []
    /// Files in `lost+found/`, as paths below the vault: of no harm, and of no use but to people.
    public var lostAndFound: [String] = []

    public init() {}
}
