package import StorageTime

/// What a run of a job did.
package struct RunSummary: Sendable {
    /// Windows that were sealed, found empty, and found empty without proof; those taken again are among them.
    package internal(set) var sealed = 0, empty = 0, unproven = 0
    /// Windows that were due by our clock and not closed by the server's.
    package internal(set) var open = 0
    /// Windows taken again: their count had moved, their last fetch was due, they were damaged or captured too early.
    package internal(set) var retaken = 0
    /// Windows counted again, by counts of their own or by enclosing ones.
    package internal(set) var counted = 0
    /// Rows of the windows taken.
    package internal(set) var rows = 0
    /// Bytes of the archives written.
    package internal(set) var bytes = 0
    /// The least requests that any exact way makes for the windows taken: an answer each, or one for each page of rows.
    package internal(set) var least = 0
    /// Answers with rows that were thrown away and asked for again.
    package internal(set) var wasted = 0
    /// Rows that a newer answer lacked and the vault kept.
    package internal(set) var kept = 0
    /// Rows whose text had to be repaired, so that they can be read back.
    package internal(set) var repaired = 0
    /// What was not taken, and why.
    package internal(set) var failed: [BackfillSummary.Failure] = []
    /// Windows of which no row came again, and as many others: perhaps the cloud writes them in another form now.
    package internal(set) var rewritten: [Window] = []
    /// Whether the run was told to stop, or had to, with work left.
    package internal(set) var isCutShort = false
    /// Tasks that another process had to the end.
    package internal(set) var lockedTasks: [String] = []

    package init() {}

    /// Whether anything was taken, failed or had to be left: a run without it is not worth a word.
    package var didSomething: Bool {
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
        least += taken.least
        wasted += taken.wasted
        kept += taken.kept
        repaired += taken.repaired
        failed += taken.failed
        rewritten += taken.rewritten
    }
}
