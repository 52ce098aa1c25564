package import Records
package import StorageTime

/// One snapshot as the catalog knows it: its manifest's facts, and where the manifest lies.
package struct SnapshotRecord: Sendable, Hashable, HasSnapshotFacts {
    /// The manifest's path relative to the vault, folders and all.
    package var path: String
    package var task: String
    /// The task's name when the snapshot was taken; empty where it was not known.
    package var taskName: String
    package var source: RowSource
    /// nil for a capture, which has no window.
    package var window: Window?
    package var facts: SnapshotFacts
    package var host: String
    /// The account's zone when the snapshot was taken.
    package var timeZone: String?
    package var convention: IntervalConvention
    package var proof: Proof
    /// The archive's size on disk.
    package var bytes: Int
    package var uncompressedBytes: Int
    /// 64 hexadecimal digits.
    package var rowsDigest: String
    /// Every key of the rows, in first-seen order.
    package var columns: [String]
    /// The archive's file name, in the manifest's folder; nil where there are no rows.
    package var archive: String?
    package var archiveSHA256: String?
    package var manifestSHA256: String
    /// The windows that a compacted snapshot stands for; empty for one that stands for its own.
    package var parts: [WindowFacts]
    /// Whether the window was taken for the rows at its end alone.
    package var isEdgeOnly: Bool

    package init(
        path: String, task: String, taskName: String = "", source: RowSource, window: Window?, facts: SnapshotFacts,
        host: String, timeZone: String? = nil, convention: IntervalConvention, proof: Proof,
        bytes: Int, uncompressedBytes: Int, rowsDigest: String, columns: [String] = [], archive: String? = nil,
        archiveSHA256: String? = nil, manifestSHA256: String, parts: [WindowFacts] = [],
        isEdgeOnly: Bool = false
    ) {
        self.path = path
        self.task = task
        self.taskName = taskName
        self.source = source
        self.window = window
        self.facts = facts
        self.host = host
        self.timeZone = timeZone
        self.convention = convention
        self.proof = proof
        self.bytes = bytes
        self.uncompressedBytes = uncompressedBytes
        self.rowsDigest = rowsDigest
        self.columns = columns
        self.archive = archive
        self.archiveSHA256 = archiveSHA256
        self.manifestSHA256 = manifestSHA256
        self.parts = parts
        self.isEdgeOnly = isEdgeOnly
    }

    /// The windows covered: the parts, or the snapshot's own; none for a capture.
    package var windows: [WindowFacts] {
        guard parts.isEmpty, let window else { return parts }
        return [
            WindowFacts(
                window: window, facts: facts, bytes: bytes, rowsDigest: rowsDigest, isEdgeOnly: isEdgeOnly)
        ]
    }

    /// The folder and the file name of a manifest's path.
    static func location(of path: String) -> (folder: String, name: String) {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return ("", path) }
        return (String(path[..<slash]), String(path[path.utf8.index(after: slash)...]))
    }
}
