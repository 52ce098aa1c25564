public import Archive
public import Foundation
public import StorageTime

/// What a plan must know of a committed snapshot; from its manifest, or from an index of manifests.
public struct StoredSnapshot: Sendable, Hashable {
    /// A window of a compacted snapshot.
    public struct Part: Sendable, Hashable {
        public var window: Window
        public var state: Manifest.State
        public var rows: Int

        public init(window: Window, state: Manifest.State, rows: Int) {
            self.window = window
            self.state = state
            self.rows = rows
        }
    }

    /// The path of the manifest file.
    public var manifestPath: String
    /// nil for a capture.
    public var window: Window?
    public var state: Manifest.State
    public var capturedAt: Date
    public var rows: Int
    /// The size of all rows and their newlines.
    public var uncompressedBytes: Int
    /// Every key of the rows, in first-seen order.
    public var columns: [String]
    /// The windows that a compacted snapshot is made of; empty for every other.
    public var parts: [Part]

    public init(
        manifestPath: String, window: Window?, state: Manifest.State, capturedAt: Date, rows: Int,
        uncompressedBytes: Int, columns: [String], parts: [Part] = []
    ) {
        self.manifestPath = manifestPath
        self.window = window
        self.state = state
        self.capturedAt = capturedAt
        self.rows = rows
        self.uncompressedBytes = uncompressedBytes
        self.columns = columns
        self.parts = parts
    }

    public init(_ manifest: Manifest, manifestPath: String) {
        self.init(
            manifestPath: manifestPath, window: manifest.window, state: manifest.state,
            capturedAt: manifest.capturedAt, rows: manifest.rows,
            uncompressedBytes: manifest.archive?.uncompressedBytes ?? 0, columns: manifest.columns,
            parts: manifest.parts.map { Part(window: $0.window, state: $0.state, rows: $0.rows) })
    }

    /// The windows covered, each with its state and rows; none for a capture.
    var windows: [Part] {
        guard parts.isEmpty, let window else { return parts }
        return [Part(window: window, state: state, rows: rows)]
    }
}
