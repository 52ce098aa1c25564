package import Archive
package import Foundation
package import Records

/// What became of one task's capture: the keys of `snapshot --json`.
package struct CaptureOutcome: Sendable {
    /// How it ended.
    package enum Result: String, Sendable, Hashable, CaseIterable {
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

    package let task: TaskID
    package let source: CaptureSource
    package var result: Result
    /// Captures stored: batches for ``CaptureSource/unexported``, else 0 or 1.
    package var captures = 0
    /// Rows of the captures stored or, where nothing changed, of the capture before.
    package var rows = 0
    /// Bytes of the archives written.
    package var bytes = 0
    /// Requests sent, retries and log-ins included.
    package var requests = 0
    /// When the last capture was taken.
    package var capturedAt: Date?
    /// The last capture's manifest, below the vault.
    package var path: String?
    package var proof: Proof?
    /// Unexported rows that the server still holds, by its last answer; nil where it did not say.
    package var left: Int?
    /// Rows that became unexported while they were drained.
    package var arrived = 0
    /// Rows that left the server's list of unexported rows and did not arrive here.
    package var lost = 0
    /// Rows of which nobody can tell whether they were marked as exported: at most so many are lost beside ``lost``.
    package var perhapsLost = 0
    /// Rows of increments that the server no longer has.
    package var kept = 0
    /// Files in `lost+found/` with rows that could not be stored as a capture, below the vault.
    package var keptFiles: [String] = []
    package var error: (any Error)?

    init(task: TaskID, source: CaptureSource, result: Result) {
        self.task = task
        self.source = source
        self.result = result
    }

    /// Whether every row that the server gave out is in a capture, as far as can be told.
    package var isWhole: Bool { lost == 0 && perhapsLost == 0 && keptFiles.isEmpty }
}
