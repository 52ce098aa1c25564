package import Foundation

/// What is known of the rows of a window, or of a capture, wherever it is kept: in a manifest, in a part of a compacted
/// one, and in the catalog.
package struct SnapshotFacts: Sendable, Hashable {
    package var state: SnapshotState
    /// From 1.
    package var revision: Int
    /// Whole seconds: fractions are dropped when it is set.
    package var capturedAt: Date { didSet { capturedAt = capturedAt.wholeSecond } }
    /// When the rows were last counted again at the API; whole seconds, like ``capturedAt``.
    package var recheckedAt: Date? { didSet { recheckedAt = recheckedAt?.wholeSecond } }
    /// The API's total, as last seen.
    package var total: Int
    /// Rows stored exactly at the window's end, which are the next window's.
    package var edgeRows: Int
    /// Rows of earlier revisions that the API no longer had.
    package var kept: Int
    /// Rows in the archive: `total - edgeRows + kept`.
    package var rows: Int

    package init(
        state: SnapshotState, revision: Int = 1, capturedAt: Date, recheckedAt: Date? = nil, total: Int = 0,
        edgeRows: Int = 0, kept: Int = 0, rows: Int = 0
    ) {
        self.state = state
        self.revision = revision
        self.capturedAt = capturedAt.wholeSecond
        self.recheckedAt = recheckedAt?.wholeSecond
        self.total = total
        self.edgeRows = edgeRows
        self.kept = kept
        self.rows = rows
    }
}

/// What rests on ``SnapshotFacts``, and shows them as its own.
package protocol HasSnapshotFacts {
    var facts: SnapshotFacts { get set }
}

extension HasSnapshotFacts {
    package var state: SnapshotState {
        get { facts.state }
        set { facts.state = newValue }
    }
    package var revision: Int {
        get { facts.revision }
        set { facts.revision = newValue }
    }
    package var capturedAt: Date {
        get { facts.capturedAt }
        set { facts.capturedAt = newValue }
    }
    package var recheckedAt: Date? {
        get { facts.recheckedAt }
        set { facts.recheckedAt = newValue }
    }
    package var total: Int {
        get { facts.total }
        set { facts.total = newValue }
    }
    package var edgeRows: Int {
        get { facts.edgeRows }
        set { facts.edgeRows = newValue }
    }
    package var kept: Int {
        get { facts.kept }
        set { facts.kept = newValue }
    }
    package var rows: Int {
        get { facts.rows }
        set { facts.rows = newValue }
    }
}

extension Date {
    /// The instant without its fraction of a second, held to the years 1 to 9999: what a manifest keeps of it.
    package var wholeSecond: Date {
        let seconds = timeIntervalSince1970.rounded(.down)
        return Date(timeIntervalSince1970: min(max(seconds, -62_135_596_800), 253_402_300_799))
    }
}
