package import Records
package import StorageTime

/// What is asked of a restore, besides how to write it.
package struct RestoreRequest: Sendable, Hashable {
    /// The task's id, as messages and the receipt name it.
    package var task: String
    package var source: RowSource
    /// Where the range begins; nil for the start of the first window.
    package var from: StorageInstant?
    /// Where the range ends; nil for the end of the last window.
    package var to: StorageInstant?
    /// Take the whole of windows that the range cuts.
    package var widen: Bool
    /// Take also windows that were taken for the rows at their ends alone, where the range has no beginning.
    package var allWindows: Bool
    /// Restore what is there where the range is not covered whole.
    package var allowGaps: Bool
    /// Leave out the rows that the cloud no longer had when their window was last taken.
    package var present: Bool
    /// For sources without windows.
    package var capture: CaptureChoice
    /// Which rows go to an output of their own; nil for all to one.
    package var split: Split?
    /// The vault's folder; archives are named below it.
    package var vault: String

    /// Windows that begin on the same day, or in the same month, of storage time go to one output.
    package enum Split: String, Sendable, Hashable, CaseIterable {
        case day, month

        /// `2013-01-01` or `2013-01`.
        func name(_ instant: StorageInstant) -> String {
            String(instant.description.prefix(self == .day ? 10 : 7))
        }
    }

    package init(
        task: String, source: RowSource = .storageTime, from: StorageInstant? = nil, to: StorageInstant? = nil,
        widen: Bool = false, allWindows: Bool = false, allowGaps: Bool = false, present: Bool = false,
        capture: CaptureChoice = .newest,
        split: Split? = nil, vault: String = ""
    ) {
        self.task = task
        self.source = source
        self.from = from
        self.to = to
        self.widen = widen
        self.allWindows = allWindows
        self.allowGaps = allowGaps
        self.present = present
        self.capture = capture
        self.split = split
        self.vault = vault
    }
}
