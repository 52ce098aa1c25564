package import Catalog
package import Foundation
import Records
package import StorageTime

/// What pruning a task's rows of one source did, or would do.
package struct PruneReport: Sendable {
    /// Why a snapshot stays that the rules would have gone: the cloud may not have its rows any more.
    package enum Refusal: String, Sendable, Hashable, CaseIterable {
        /// The cloud was seen to have lost some of its rows.
        case kept
        /// Nobody asked the cloud for it again since it was taken.
        case notCountedAgain = "not-counted-again"
        /// It was damaged, and what was saved of it may be all there is.
        case unproven
        /// It has rows in a form that the cloud does not write any more.
        case superseded
        /// The newest capture does not hold all of its rows.
        case notInNewest = "not-in-newest"
        /// The API gives unexported rows once.
        case unexported
        /// It is damaged: what it holds cannot be told.
        case damaged
    }

    /// Neighbours of which the same became.
    package struct Stretch: Sendable, Hashable {
        /// From the first window's start to the last one's end; nil for a capture.
        package var window: Window?
        /// When the capture was taken; nil for windows.
        package var capturedAt: Date?
        package var snapshots: Int
        package var rows: Int
        /// Of the archives.
        package var bytes: Int
        /// nil for what goes.
        package var refusal: Refusal?
    }

    package let series: Series
    /// Snapshots with rows that stay by the rules.
    package internal(set) var kept = 0
    package internal(set) var removed: [Stretch] = []
    package internal(set) var refused: [Stretch] = []
    /// Why files that are to go are still there, as sentences; the next command that takes the task tries again.
    package internal(set) var leftovers: [String] = []

    init(series: Series) { self.series = series }

    package var removedSnapshots: Int { removed.reduce(0) { $0 + $1.snapshots } }
    package var removedRows: Int { removed.heldSum(\.rows) }
    package var removedBytes: Int { removed.heldSum(\.bytes) }
    package var refusedSnapshots: Int { refused.reduce(0) { $0 + $1.snapshots } }

    mutating func remove(_ record: SnapshotRecord) { Self.add(record, nil, to: &removed) }

    mutating func refuse(_ record: SnapshotRecord, _ refusal: Refusal) { Self.add(record, refusal, to: &refused) }

    private static func add(_ record: SnapshotRecord, _ refusal: Refusal?, to stretches: inout [Stretch]) {
        if let last = stretches.last, let window = record.window, last.window?.to == window.from,
            last.refusal == refusal, let from = last.window?.from, let joined = try? Window(from: from, to: window.to)
        {
            stretches[stretches.count - 1].window = joined
            stretches[stretches.count - 1].snapshots += 1
            stretches[stretches.count - 1].rows.add(held: record.rows)
            stretches[stretches.count - 1].bytes.add(held: record.bytes)
            return
        }
        stretches.append(
            Stretch(
                window: record.window, capturedAt: record.window == nil ? record.capturedAt : nil, snapshots: 1,
                rows: record.rows, bytes: record.bytes, refusal: refusal))
    }
}
