public import StorageTime

/// What a backfill did: the keys of `backfill --json`.
public struct BackfillSummary: Sendable {
    /// A stretch of windows that was not taken, and why.
    public struct Failure: Sendable {
        public let task: String
        public let window: Window?
        public let error: any Error
    }

    public var tasks = 0
    /// Windows of the range, whatever became of them.
    public var windows = 0
    public var sealed = 0
    public var empty = 0
    public var unproven = 0
    /// Windows that are not closed yet.
    public var open = 0
    /// Windows that were covered before.
    public var skipped = 0
    public var failed: [Failure] = []
    /// Rows of the windows sealed.
    public var rows = 0
    /// Bytes of the archives written.
    public var bytes = 0
    /// Requests sent, retries and log-ins included.
    public var requests = 0
    /// Wall time.
    public var seconds = 0.0
    /// Rows that a newer answer lacked and the vault kept.
    public var kept = 0
    /// Rows whose text had to be repaired, so that they can be read back.
    public var repaired = 0
    /// Windows that had a snapshot before.
    public var retaken = 0
    /// Windows counted again that were as expected.
    public var counted = 0
    /// Windows whose rows the cloud now writes in another form.
    public var rewritten: [Window] = []

    public init() {}

    mutating func add(_ other: BackfillSummary) {
        tasks += other.tasks
        windows += other.windows
        sealed += other.sealed
        empty += other.empty
        unproven += other.unproven
        open += other.open
        skipped += other.skipped
        failed += other.failed
        rows += other.rows
        bytes += other.bytes
        kept += other.kept
        repaired += other.repaired
        retaken += other.retaken
        counted += other.counted
        rewritten += other.rewritten
    }
}
