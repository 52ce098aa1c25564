public import Archive
public import Foundation

/// What became of one task's capture: the keys of `snapshot --json`.
public struct CaptureOutcome: Sendable {
    /// How it ended.
    public enum Result: String, Sendable, Hashable, CaseIterable {
        /// A new capture was stored.
        case captured
        /// The rows are those of the capture before, which now says when it was last seen to be so.
        case unchanged
        /// Every row that was unexported when the drain began is stored.
        case drained
        /// Stopped between two batches; what was stored stays.
        case stopped
        /// Given up, for the reason in ``CaptureOutcome/error``; batches stored before stay.
        case failed
    }

    public let task: TaskID
    public let source: CaptureSource
    public var result: Result
    /// Captures stored: batches for ``CaptureSource/unexported``, else 0 or 1.
    public var captures = 0
    /// Rows of the captures stored or, where nothing changed, of the capture before.
    public var rows = 0
    /// Bytes of the archives written.
    public var bytes = 0
    /// Requests sent, retries and log-ins included.
    public var requests = 0
    /// When the last capture was taken.
    public var capturedAt: Date?
    /// The last capture's manifest, below the vault.
    public var path: String?
    public var proof: Manifest.Proof?
    /// Unexported rows that the server still holds, by its last answer; nil where it did not say.
    public var left: Int?
    /// Rows that became unexported while they were drained.
    public var arrived = 0
    /// Rows that left the server's list of unexported rows and did not arrive here.
    public var lost = 0
    /// Rows of which nobody can tell whether they were marked as exported: at most so many are lost beside ``lost``.
    public var perhapsLost = 0
    /// Files in `lost+found/` with rows that could not be stored as a capture, below the vault.
    public var keptFiles: [String] = []
    public var error: (any Error)?

    init(task: TaskID, source: CaptureSource, result: Result) {
        self.task = task
        self.source = source
        self.result = result
    }

    /// Whether every row that the server gave out is in a capture, as far as can be told.
    public var isWhole: Bool { lost == 0 && perhapsLost == 0 && keptFiles.isEmpty }
}
