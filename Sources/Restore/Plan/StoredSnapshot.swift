package import Archive
package import Foundation
package import Records
package import StorageTime

/// What a plan must know of a committed snapshot; from its manifest, or from an index of manifests.
package struct StoredSnapshot: Sendable, Hashable {
    /// A window of a compacted snapshot.
    package struct Part: Sendable, Hashable {
        package var window: Window
        package var state: SnapshotState
        package var rows: Int

        package init(window: Window, state: SnapshotState, rows: Int) {
            self.window = window
            self.state = state
            self.rows = rows
        }
    }

    /// The path of the manifest file.
    package var manifestPath: String
    /// nil for a capture.
    package var window: Window?
    package var state: SnapshotState
    package var capturedAt: Date
    package var rows: Int
    /// The size of all rows and their newlines.
    package var uncompressedBytes: Int
    /// Every key of the rows, in first-seen order.
    package var columns: [String]
    /// The windows that a compacted snapshot is made of; empty for every other.
    package var parts: [Part]
    /// Whether the window was taken for the rows at its end alone.
    package var isEdgeOnly: Bool
    /// Rows besides those of the newest archive, from ``findEarlier(files:)``; newest first.
    package internal(set) var earlier: [Earlier] = []

    package init(
        manifestPath: String, window: Window?, state: SnapshotState, capturedAt: Date, rows: Int,
        uncompressedBytes: Int, columns: [String], parts: [Part] = [],
        isEdgeOnly: Bool = false
    ) {
        self.manifestPath = manifestPath
        self.window = window
        self.state = state
        self.capturedAt = capturedAt
        self.rows = rows
        self.uncompressedBytes = uncompressedBytes
        self.columns = columns
        self.parts = parts
        self.isEdgeOnly = isEdgeOnly
    }

    package init(_ manifest: Manifest, manifestPath: String) {
        self.init(
            manifestPath: manifestPath, window: manifest.window, state: manifest.state,
            capturedAt: manifest.capturedAt, rows: manifest.rows,
            uncompressedBytes: manifest.archive?.uncompressedBytes ?? 0, columns: manifest.columns,
            parts: manifest.parts.map { Part(window: $0.window, state: $0.state, rows: $0.rows) },
            isEdgeOnly: manifest.isEdgeOnly)
    }

    /// The windows covered, each with its state and rows; none for a capture.
    var windows: [Part] {
        guard parts.isEmpty, let window else { return parts }
        return [Part(window: window, state: state, rows: rows)]
    }
}
