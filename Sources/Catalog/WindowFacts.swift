public import Foundation
public import StorageTime

/// What is known of one window: of a snapshot's own, or of one that a compacted snapshot stands for.
public struct WindowFacts: Sendable, Hashable {
    public var window: Window
    public var state: SnapshotState
    /// Whole seconds count; fractions are dropped.
    public var capturedAt: Date
    /// When the window's rows were last counted again at the API.
    public var recheckedAt: Date?
    public var revision: Int
    /// The API's total, as last seen.
    public var total: Int
    public var edgeRows: Int
    /// Rows of earlier revisions that the API no longer had.
    public var kept: Int
    public var rows: Int
    /// The window's share of its archive, in bytes.
    public var bytes: Int
    /// 64 hexadecimal digits.
    public var rowsDigest: String

    public init(
        window: Window, state: SnapshotState, capturedAt: Date, recheckedAt: Date? = nil, revision: Int = 1,
        total: Int = 0, edgeRows: Int = 0, kept: Int = 0, rows: Int = 0, bytes: Int = 0, rowsDigest: String = ""
    ) {
        self.window = window
        self.state = state
        self.capturedAt = capturedAt
        self.recheckedAt = recheckedAt
        self.revision = revision
        self.total = total
        self.edgeRows = edgeRows
        self.kept = kept
        self.rows = rows
        self.bytes = bytes
        self.rowsDigest = rowsDigest
    }
}
