package import Foundation

/// One firing of a job.
package struct RunRecord: Sendable, Hashable {
    /// Given by the catalog; nil before the first ``SnapshotCatalog/record(_:)``.
    package var id: Int64?
    package var job: String
    /// Times are whole seconds; fractions are dropped.
    package var scheduledAt: Date
    package var startedAt: Date
    /// nil while it runs, and for ever where its process died.
    package var finishedAt: Date?
    /// Windows sealed, found empty, and found empty without proof.
    package var sealed = 0, empty = 0, unproven = 0
    /// Windows taken again, since their count had moved.
    package var retaken = 0
    /// Windows counted again.
    package var counted = 0
    package var failed = 0
    package var rows = 0
    /// Bytes received.
    package var bytes = 0
    package var requests = 0
    /// The least requests that any exact way makes for the windows taken: an answer each, or one for each page of rows.
    package var least = 0
    /// Answers with rows that were thrown away and asked for again.
    package var wasted = 0
    package var retries = 0
    /// One word, such as `running`, `done` or the code of an error.
    package var outcome: String
    package var firstError: String?

    package init(job: String, scheduledAt: Date, startedAt: Date, outcome: String = "running") {
        self.job = job
        self.scheduledAt = scheduledAt
        self.startedAt = startedAt
        self.outcome = outcome
    }

    /// Whether it ended well and had nothing to do: nothing taken, nothing counted.
    package var isIdle: Bool {
        outcome == "done" && finishedAt != nil && firstError == nil
            && [sealed, empty, unproven, retaken, counted, failed].allSatisfy { $0 == 0 }
    }
}
