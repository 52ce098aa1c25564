package import StorageTime

/// One task's account of rows: what the cloud holds of it in all, and where each of these rows is in storage time.
///
/// The cloud's total is the rows of the covered windows, of the gaps between them, and of what lies before and behind.
/// What the vault has beyond that are rows that the cloud lost.
package struct Reconciliation: Sendable, Hashable {
    /// Rows of a stretch that the vault does not cover.
    package struct Stretch: Sendable, Hashable {
        package let range: Window
        package let rows: Int
    }

    package let task: String
    /// Whether it is of increments: then there is no storage time.
    package internal(set) var isOfIncrements = false
    /// Rows of the task in the cloud, whatever their storage time.
    package internal(set) var total = 0
    /// Windows that the vault covers.
    package internal(set) var windows = 0
    /// Rows in the vault's archives.
    package internal(set) var rows = 0
    /// Among them, rows that the cloud was known to have lost.
    package internal(set) var kept = 0
    /// Rows, by their manifests, of windows that a keep rule removed.
    package internal(set) var pruned = 0
    /// Windows that hold more rows in the cloud than when they were last counted.
    package internal(set) var grown: [RemoteReport.Count] = []
    /// Windows that hold fewer.
    package internal(set) var shrunk: [RemoteReport.Count] = []
    /// Rows in the cloud before the first covered second; nil where there are none.
    package internal(set) var before: Stretch?
    /// Gaps that hold rows in the cloud, oldest first.
    package internal(set) var gaps: [Stretch] = []
    /// Rows behind the last covered second that are old enough to be taken; nil where there are none.
    package internal(set) var behind: Stretch?
    /// Rows that are too recent to be taken.
    package internal(set) var open = 0
    /// Rows of the total that no stretch of storage time holds; below zero where the stretches hold more than the
    /// total.
    package internal(set) var unexplained = 0

    /// The vendor's own count of the last days, where the account may ask for it. No part of the account of rows.
    package internal(set) var volumes: DayVolumes?

    package init(task: String) { self.task = task }

    /// Rows that the cloud holds and the vault, by its counts, does not, those too recent left out.
    package var missing: Int {
        [before?.rows ?? 0, gaps.heldSum(\.rows), behind?.rows ?? 0, grown.heldSum { $0.counted - $0.expected }]
            .heldSum { $0 }
    }

    /// Rows that the cloud lost and the vault has, beyond those ``kept``.
    package var lost: Int { shrunk.heldSum { $0.expected - $0.counted } }

    /// Whether, by their counts, the rows of the cloud are in the vault, or too recent for it. A row that went and one
    /// that came in the same window cancel out in every count.
    package var addsUp: Bool { missing == 0 && unexplained == 0 }
}

/// What reconciling some tasks came to.
package struct ReconciliationReport: Sendable {
    package internal(set) var tasks: [Reconciliation] = []
    package internal(set) var failed: [BackfillSummary.Failure] = []
    /// Requests sent, retries and log-ins included.
    package internal(set) var requests = 0

    package init() {}
}
