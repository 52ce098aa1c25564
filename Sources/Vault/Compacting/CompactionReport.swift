public import Archive
public import StorageTime

/// What compacting a task did, or would do.
public struct CompactionReport: Sendable {
    /// Windows that were left as they are, though they are old enough.
    public struct Left: Sendable, Hashable {
        /// The closed list of reasons.
        public enum Reason: String, Sendable, CaseIterable {
            /// An archive of an earlier form of its rows lies beside the newest.
            case superseded
            /// The snapshot is damaged.
            case damaged
        }

        public let window: Window
        public let reason: Reason
        /// One sentence.
        public let message: String
    }

    public let task: TaskID
    /// Days on which something was merged.
    public var days = 0
    /// Compacted snapshots made: one a day, but for days with gaps.
    public var snapshots = 0
    /// Snapshots that went into them.
    public var merged = 0
    /// Windows that they stand for, and their rows.
    public var windows = 0
    public var rows = 0
    /// Manifests and archives of what was merged, before and after.
    public var filesBefore = 0
    public var filesAfter = 0
    public var bytesBefore = 0
    public var bytesAfter = 0
    public var left: [Left] = []

    private var lastDay: StorageInstant?

    init(task: TaskID) { self.task = task }

    mutating func add(_ manifests: [Manifest], mergedInto day: Manifest) {
        snapshots += 1
        if let start = day.window?.from.startOfDay, start != lastDay {
            days += 1
            lastDay = start
        }
        merged += manifests.count
        windows += day.parts.count
        rows += day.rows
        for manifest in manifests {
            filesBefore += manifest.files
            bytesBefore += manifest.bytesOnDisk
        }
        filesAfter += day.files
        bytesAfter += day.bytesOnDisk
    }
}

extension Manifest {
    /// How many files the snapshot is, its manifest among them.
    var files: Int { 1 + (archive == nil ? 0 : 1) + superseded.count }
    var bytesOnDisk: Int {
        encoded().count + (archive?.bytes ?? 0) + superseded.reduce(0) { $0 + $1.archive.bytes }
    }
}
