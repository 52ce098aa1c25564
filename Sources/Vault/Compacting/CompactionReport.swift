package import Archive
import Records
package import StorageTime

/// What compacting a task did, or would do.
package struct CompactionReport: Sendable {
    /// Windows that were left as they are, though they are old enough.
    package struct Left: Sendable, Hashable {
        /// The closed list of reasons.
        package enum Reason: String, Sendable, CaseIterable {
            /// An archive of an earlier form of its rows lies beside the newest.
            case superseded
            /// The snapshot is damaged.
            case damaged
        }

        package let window: Window
        package let reason: Reason
        /// One sentence.
        package let message: String
    }

    package let task: TaskID
    /// Days on which something was merged.
    package var days = 0
    /// Compacted snapshots made: one a day, but for days with gaps.
    package var snapshots = 0
    /// Snapshots that went into them.
    package var merged = 0
    /// Windows that they stand for, and their rows.
    package var windows = 0
    package var rows = 0
    /// Manifests and archives of what was merged, before and after.
    package var filesBefore = 0
    package var filesAfter = 0
    package var bytesBefore = 0
    package var bytesAfter = 0
    package var left: [Left] = []

    private var lastDay: StorageInstant?

    init(task: TaskID) { self.task = task }

    mutating func add(_ manifests: [Manifest], mergedInto day: Manifest) {
        if let start = day.window?.from.startOfDay, start != lastDay {
            days += 1
            lastDay = start
        }
        windows += day.parts.count
        add(merged: manifests, into: day)
    }

    /// Adds what went into one snapshot, and what came of it.
    mutating func add(merged manifests: [Manifest], into day: Manifest) {
        snapshots += 1
        merged += manifests.count
        rows.add(held: day.rows)
        for manifest in manifests {
            filesBefore += manifest.files
            bytesBefore.add(held: manifest.bytesOnDisk)
        }
        filesAfter += day.files
        bytesAfter.add(held: day.bytesOnDisk)
    }
}

extension Manifest {
    /// How many files the snapshot is, its manifest among them.
    var files: Int { 1 + (archive == nil ? 0 : 1) + superseded.count }
    var bytesOnDisk: Int {
        encoded().count + (archive?.bytes ?? 0) + superseded.reduce(0) { $0 + $1.archive.bytes }
    }
}
