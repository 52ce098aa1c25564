public import Foundation
public import StorageTime

/// One snapshot as the catalog knows it: its manifest's facts, and where the manifest lies.
public struct SnapshotRecord: Sendable, Hashable {
    /// The manifest's path relative to the vault, folders and all.
    public var path: String
    public var task: String
    /// The task's name when the snapshot was taken; empty where it was not known.
    public var taskName: String
    public var source: RowSource
    /// nil for a capture, which has no window.
    public var window: Window?
    public var state: SnapshotState
    public var revision: Int
    public var host: String
    /// The account's zone when the snapshot was taken.
    public var timeZone: String?
    public var convention: IntervalConvention
    public var proof: String
    /// Whole seconds count; fractions are dropped.
    public var capturedAt: Date
    public var recheckedAt: Date?
    public var total: Int
    public var edgeRows: Int
    public var kept: Int
    public var rows: Int
    /// The archive's size on disk.
    public var bytes: Int
    public var uncompressedBytes: Int
    /// 64 hexadecimal digits.
    public var rowsDigest: String
    /// Every key of the rows, in first-seen order.
    public var columns: [String]
    /// The archive's file name, in the manifest's folder; nil where there are no rows.
    public var archive: String?
    public var archiveSHA256: String?
    public var manifestSHA256: String
    /// The windows that a compacted snapshot stands for; empty for one that stands for its own.
    public var parts: [WindowFacts]

    public init(
        path: String, task: String, taskName: String = "", source: RowSource, window: Window?, state: SnapshotState,
        revision: Int = 1, host: String, timeZone: String? = nil, convention: IntervalConvention, proof: String,
        capturedAt: Date, recheckedAt: Date? = nil, total: Int, edgeRows: Int = 0, kept: Int = 0, rows: Int,
        bytes: Int, uncompressedBytes: Int, rowsDigest: String, columns: [String] = [], archive: String? = nil,
        archiveSHA256: String? = nil, manifestSHA256: String, parts: [WindowFacts] = []
    ) {
        self.path = path
        self.task = task
        self.taskName = taskName
        self.source = source
        self.window = window
        self.state = state
        self.revision = revision
        self.host = host
        self.timeZone = timeZone
        self.convention = convention
        self.proof = proof
        self.capturedAt = capturedAt
        self.recheckedAt = recheckedAt
        self.total = total
        self.edgeRows = edgeRows
        self.kept = kept
        self.rows = rows
        self.bytes = bytes
        self.uncompressedBytes = uncompressedBytes
        self.rowsDigest = rowsDigest
        self.columns = columns
        self.archive = archive
        self.archiveSHA256 = archiveSHA256
        self.manifestSHA256 = manifestSHA256
        self.parts = parts
    }

    /// The windows covered: the parts, or the snapshot's own; none for a capture.
    public var windows: [WindowFacts] {
        guard parts.isEmpty, let window else { return parts }
        return [
            WindowFacts(
                window: window, state: state, capturedAt: capturedAt, recheckedAt: recheckedAt, revision: revision,
                total: total, edgeRows: edgeRows, kept: kept, rows: rows, bytes: bytes, rowsDigest: rowsDigest)
        ]
    }

    /// The folder and the file name of a manifest's path.
    static func location(of path: String) -> (folder: String, name: String) {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return ("", path) }
        return (String(path[..<slash]), String(path[path.utf8.index(after: slash)...]))
    }
}
