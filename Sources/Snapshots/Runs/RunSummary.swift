public import StorageTime

/// What a run of a job did.
public struct RunSummary: Sendable {
    /// Windows that were sealed, found empty, and found empty without proof; those taken again are among them.
    public internal(set) var sealed = 0, empty = 0, unproven = 0
    /// Windows that were due by our clock and not closed by the server's.
    public internal(set) var open = 0
    /// Windows taken again: their count had moved, their last fetch was due, they were damaged or captured too early.
    public internal(set) var retaken = 0
    /// Windows counted again, by counts of their own or by enclosing ones.
    public internal(set) var counted = 0
    /// Rows of the windows taken.
    public internal(set) var rows = 0
    /// Bytes of the archives written.
    public internal(set) var bytes = 0
    /// Rows that a newer answer lacked and the vault kept.
    public internal(set) var kept = 0
    /// Rows whose text had to be repaired, so that they can be read back.
    public internal(set) var repaired = 0
    /// What was not taken, and why.
    public internal(set) var failed: [BackfillSummary.Failure] = []
    /// Windows whose rows the cloud now writes in another form.
    public internal(set) var rewritten: [Window] = []
    /// Whether the run was told to stop, or had to, with work left.
    public internal(set) var isCutShort = false
    /// Tasks that another process had to the end.
    public internal(set) var lockedTasks: [String] = []

    public init() {}

    /// Whether anything was taken, failed or had to be left: a run without it is not worth a word.
    public var didSomething: Bool {
        sealed + empty + unproven + retaken > 0 || !failed.isEmpty || isCutShort || !lockedTasks.isEmpty
    }

    mutating func add(_ taken: BackfillSummary) {
        sealed += taken.sealed
        empty += taken.empty
        unproven += taken.unproven
        open += taken.open
        retaken += taken.retaken
        counted += taken.counted
        rows += taken.rows
        bytes += taken.bytes
        kept += taken.kept
        repaired += taken.repaired
        failed += taken.failed
        rewritten += taken.rewritten
    }
}
