package import StorageTime

/// What a backfill did: the keys of `backfill --json`.
package struct BackfillSummary: Sendable {
    /// A stretch of windows that was not taken, and why.
    package struct Failure: Sendable {
        package let task: String
        package let window: Window?
        package let error: any Error
    }

    package var tasks = 0
    /// Windows of the range, whatever became of them.
    package var windows = 0
    package var sealed = 0
    package var empty = 0
    package var unproven = 0
    /// Windows that are not closed yet.
    package var open = 0
    /// Windows that were covered before.
    package var skipped = 0
    /// Windows that were taken for the rows at their ends alone: counted nowhere else.
    package var edgeWindows = 0
    package var failed: [Failure] = []
    /// Rows of the windows sealed.
    package var rows = 0
    /// Bytes of the archives written.
    package var bytes = 0
    /// Requests sent, retries and log-ins included.
    package var requests = 0
    /// Wall time.
    package var seconds = 0.0
    /// The least requests that any exact way makes for the windows taken: an answer each, or one for each page of rows.
    package var least = 0
    /// Answers with rows that were thrown away and asked for again.
    package var wasted = 0
    /// Rows that a newer answer lacked and the vault kept.
    package var kept = 0
    /// Rows whose text had to be repaired, so that they can be read back.
    package var repaired = 0
    /// Windows that had a snapshot before.
    package var retaken = 0
    /// Windows counted again that were as expected.
    package var counted = 0
    /// Windows of which no row came again, and as many others: perhaps the cloud writes them in another form now.
    package var rewritten: [Window] = []

    package init() {}

    mutating func add(_ other: BackfillSummary) {
        tasks += other.tasks
        windows += other.windows
        sealed += other.sealed
        empty += other.empty
        unproven += other.unproven
        open += other.open
        skipped += other.skipped
        edgeWindows += other.edgeWindows
        failed += other.failed
        rows += other.rows
        bytes += other.bytes
        least += other.least
        wasted += other.wasted
        kept += other.kept
        repaired += other.repaired
        retaken += other.retaken
        counted += other.counted
        rewritten += other.rewritten
    }
}
