package import Records
package import StorageTime

/// One window as the catalog knows it: a snapshot's own, or one that a compacted snapshot stands for.
package struct WindowFacts: Sendable, Hashable, HasSnapshotFacts {
    package var window: Window
    package var facts: SnapshotFacts
    /// The window's share of its archive, in bytes.
    package var bytes: Int
    /// 64 hexadecimal digits.
    package var rowsDigest: String
    /// Whether the window was taken for the rows at its end alone: covered, and asked for by nobody.
    package var isEdgeOnly: Bool

    package init(
        window: Window, facts: SnapshotFacts, bytes: Int = 0, rowsDigest: String = "", isEdgeOnly: Bool = false
    ) {
        self.window = window
        self.facts = facts
        self.bytes = bytes
        self.rowsDigest = rowsDigest
        self.isEdgeOnly = isEdgeOnly
    }
}
