package import Records
package import StorageTime

/// How a task's rows are taken: the part of a job that may differ from task to task.
package struct TakingRules: Sendable, Hashable {
    /// The grid of storage time, at least a second.
    package var window: Seconds
    /// How long after its end a window is taken.
    package var settle: Seconds
    /// How long after its end a window is counted again; 0 is never.
    package var recheck: Seconds
    /// Whether the last counting again fetches the rows.
    package var recheckRows: Bool
    package var proof: Proof
    /// Where a task never backed up begins; nil is the window of the job's first run.
    package var start: StorageInstant?
    /// Rows a request, `1 ... 1000`; of unexported rows the most that a lost answer loses.
    package var pageSize: Int
    /// What `prune` leaves; nil is all.
    package var keep: KeepRules?

    package init(
        window: Seconds = JobDefaults.window, settle: Seconds = JobDefaults.settle,
        recheck: Seconds = JobDefaults.recheck, recheckRows: Bool = JobDefaults.recheckRows,
        proof: Proof = JobDefaults.proof, start: StorageInstant? = nil, pageSize: Int = JobDefaults.pageSize,
        keep: KeepRules? = nil
    ) {
        self.window = window
        self.settle = settle
        self.recheck = recheck
        self.recheckRows = recheckRows
        self.proof = proof
        self.start = start
        self.pageSize = pageSize
        self.keep = keep
    }
}

extension Job {
    /// What differs for some of a job's tasks. Of several that match a task, the later ones win, key by key.
    package struct Override: Sendable, Hashable {
        /// The tasks meant, by id or name; never by group.
        package var tasks: TaskSelection
        package var window: Seconds?
        package var settle: Seconds?
        package var recheck: Seconds?
        package var recheckRows: Bool?
        package var proof: Proof?
        package var start: StorageInstant?
        package var pageSize: Int?
        package var keep: KeepRules?

        /// `rules` with what is given here put in.
        package func applied(to rules: TakingRules) -> TakingRules {
            TakingRules(
                window: window ?? rules.window, settle: settle ?? rules.settle, recheck: recheck ?? rules.recheck,
                recheckRows: recheckRows ?? rules.recheckRows, proof: proof ?? rules.proof,
                start: start ?? rules.start, pageSize: pageSize ?? rules.pageSize, keep: keep ?? rules.keep)
        }
    }
}
