package import Foundation
package import Records
package import StorageTime

/// What is known of one window: of a snapshot's own, or of one that a compacted snapshot stands for.
package struct WindowFacts: Sendable, Hashable {
    package var window: Window
    package var state: SnapshotState
    /// Whole seconds count; fractions are dropped.
    package var capturedAt: Date
    /// When the window's rows were last counted again at the API.
    package var recheckedAt: Date?
    package var revision: Int
    /// The API's total, as last seen.
    package var total: Int
    package var edgeRows: Int
    /// Rows of earlier revisions that the API no longer had.
    package var kept: Int
    package var rows: Int
    /// The window's share of its archive, in bytes.
    package var bytes: Int
    /// 64 hexadecimal digits.
    package var rowsDigest: String

    package init(
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
