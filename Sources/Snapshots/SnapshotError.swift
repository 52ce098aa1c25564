import StorageTime

/// Why a snapshot stopped. Nothing was published when one is thrown.
package struct SnapshotError: Error, Sendable {
    /// The closed list of reasons; each is the `code` of a failed window in `backfill --json`.
    package enum Code: String, Sendable, CaseIterable {
        /// The rows kept moving while they were read.
        case unstable
        /// The server leaves rows at an interval's edges out of it.
        case intervalOpen = "interval-open"
        /// The `total` of an interval is the whole task's.
        case totalIsOfTask = "total-is-of-task"
        /// The server refuses to be asked for one instant, and the account does not say how it counts edges.
        case instantRefused = "instant-refused"
        /// The server answers with rows for an interval in the far future: it ignores `from` and `to`.
        case intervalIgnored = "interval-ignored"
        /// The rows written are not as many as the counts say: a defect of this program.
        case rowCountMismatch = "row-count-mismatch"
        /// Unexported rows were marked as exported and did not arrive.
        case rowsLost = "rows-lost"
        /// The server's cursor stands still or goes back, so that rows cannot be read behind it.
        case cursorUnusable = "cursor-unusable"
        /// Rows behind a cursor cannot be asked for.
        case noCursors = "no-cursors"
        /// The API has no rows of the extraction run that was asked for.
        case lotEmpty = "lot-empty"
        /// The server's totals ask for more requests than anything real needs.
        case tooMuch = "too-much"
    }

    package let code: Code
    /// One sentence for the operator, naming the task and window concerned.
    package let message: String
    /// What to try next, when there is something.
    package let hint: String?
    package let cause: (any Error)?

    init(_ code: Code, _ message: String, hint: String? = nil, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
        self.cause = cause
    }

    /// Whether the same call may succeed later without a change by the operator.
    package var isTransient: Bool { code == .unstable || code == .cursorUnusable }
}
