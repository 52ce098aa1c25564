public import Foundation

/// One firing of a job.
public struct RunRecord: Sendable, Hashable {
    /// Given by the catalog; nil before the first ``SnapshotCatalog/record(_:)``.
    public var id: Int64?
    public var job: String
    /// Times are whole seconds; fractions are dropped.
    public var scheduledAt: Date
    public var startedAt: Date
    /// nil while it runs, and for ever where its process died.
    public var finishedAt: Date?
    /// Windows sealed, found empty, and found empty without proof.
    public var sealed = 0, empty = 0, unproven = 0
    /// Windows taken again, since their count had moved.
    public var retaken = 0
    /// Windows counted again.
    public var counted = 0
    public var failed = 0
    public var rows = 0
    /// Bytes received.
    public var bytes = 0
    public var requests = 0
    public var retries = 0
    /// One word, such as `running`, `done` or the code of an error.
    public var outcome: String
    public var firstError: String?

    public init(job: String, scheduledAt: Date, startedAt: Date, outcome: String = "running") {
        self.job = job
        self.scheduledAt = scheduledAt
        self.startedAt = startedAt
        self.outcome = outcome
    }

    /// Whether it ended well and had nothing to do: nothing taken, nothing counted.
    public var isIdle: Bool {
        outcome == "done" && finishedAt != nil && firstError == nil
            && [sealed, empty, unproven, retaken, counted, failed].allSatisfy { $0 == 0 }
    }
}
