import Archive
import RowJSON
package import StorageTime

/// Why rows were not restored. Where the output is a file, it is as it was before.
package struct RestoreError: Error, Sendable {
    /// The closed list of reasons.
    package enum Code: String, Sendable, CaseIterable {
        /// The range asked for ends or begins inside a window that has rows.
        case windowCut = "window-cut"
        /// A column was asked for that no row has, or twice.
        case badColumn = "bad-column"
        /// Options that exclude each other.
        case badOption = "bad-option"
        /// No capture was taken at the moment asked for.
        case noSuchCapture = "no-such-capture"
        /// Nothing of the task is archived.
        case nothingArchived = "nothing-archived"
        /// Some of the range asked for is not covered, or its rows were pruned.
        case gaps
        /// Two snapshots cover the same storage time.
        case overlap
        /// An archive or manifest is damaged, or gone.
        case damaged
        /// The vault changed while it was read, so that what was planned is no more.
        case changed
        /// An archive or manifest is there and could not be read, or its format is newer than this program's.
        case cannotRead = "cannot-read"
        /// The output could not be written.
        case cannotWrite = "cannot-write"
        /// The reader of the output went away.
        case outputClosed = "output-closed"
    }

    package let code: Code
    /// One sentence for the operator, naming the task, window, path or value concerned.
    package let message: String
    /// What to try next, when there is something.
    package let hint: String?
    /// The gaps or the overlapping windows; empty for every other code.
    package let windows: [Window]
    package let cause: (any Error)?

    package init(
        _ code: Code, _ message: String, hint: String? = nil, windows: [Window] = [], cause: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.hint = hint
        self.windows = windows
        self.cause = cause
    }

    /// Whether the same call may succeed later without a change by the operator.
    package var isTransient: Bool { code == .changed }
}

extension RestoreError {
    static let damageHint =
        "verify tells what is damaged; restore the file from a copy of the vault, or take its window again"

    /// What an error in the vault's files means for a restore.
    init(reading error: ArchiveError) {
        if error.isDamage {
            self.init(.damaged, error.message, hint: error.hint ?? Self.damageHint, cause: error)
        } else {
            self.init(.cannotRead, error.message, hint: error.hint, cause: error)
        }
    }

    /// What an error in a member means for a restore; one of another kind is `error` itself.
    static func reading(_ error: any Error, member index: Int, of open: OpenPiece) -> any Error {
        switch error {
        case let error as ArchiveError: RestoreError(reading: error)
        case let error as RowJSONError:
            RestoreError(
                .damaged, "a row in member \(index) of \(open.reader.path) is no sound JSON object: \(error.message)",
                hint: damageHint, cause: error)
        default: error
        }
    }

    /// A piece's rows are others than in the first of two passes.
    static func changedBetween(_ open: OpenPiece?) -> RestoreError {
        RestoreError(
            .changed, "\(open?.reader.path ?? "the vault") changed while its rows were compared",
            hint: "run the restore again")
    }

    /// What an error in the output file means for a restore.
    init(writing error: ArchiveError) {
        self.init(.cannotWrite, error.message, hint: error.hint, cause: error)
    }
}
