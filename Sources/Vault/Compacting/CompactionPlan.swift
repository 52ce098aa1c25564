import Catalog
import Records
import StorageTime

/// Which windows of a task are to be merged: a value made from the index alone.
///
/// Windows of one day that join are merged, so that a compacted snapshot is one stretch of time without a gap. A day
/// with a gap gives several of them; once the gap is filled, they are merged with what filled it. Only whole days that
/// nobody counts again any more are touched, and windows longer than a day are left alone. Pruned windows are merged
/// among themselves.
struct CompactionPlan: Sendable {
    /// Joining snapshots of one day that become one.
    struct Run: Sendable, Hashable {
        var snapshots: [Candidate]

        var window: Window? {
            guard let first = snapshots.first, let last = snapshots.last else { return nil }
            return try? Window(from: first.window.from, to: last.window.to)
        }
    }

    /// What is known of a snapshot that may be merged.
    struct Candidate: Sendable, Hashable {
        let window: Window
        let host: String
        let isPruned: Bool
    }

    /// At least two snapshots each, oldest first.
    private(set) var runs: [Run] = []

    private let closedUntil: StorageInstant
    /// The snapshots of the run that is being gathered.
    private var run = Run(snapshots: [])

    /// - Parameter closedUntil: the end of what is not counted again any more.
    init(closedUntil: StorageInstant) { self.closedUntil = closedUntil }

    /// Takes the next snapshot, in the order of the windows' starts.
    mutating func add(_ record: SnapshotRecord) {
        guard let window = record.window else { return }
        // It stays apart, so that a restore can leave it out.
        guard !record.isEdgeOnly else { return finish() }
        let next = Candidate(window: window, host: record.host, isPruned: record.state == .pruned)
        if let last = run.snapshots.last, !next.joins(last) { finish() }
        guard isOld(window), window.seconds <= Self.longest else { return finish() }
        run.snapshots.append(next)
    }

    /// Ends the run that is being gathered.
    mutating func finish() {
        if run.snapshots.count > 1 { runs.append(run) }
        run = Run(snapshots: [])
    }

    /// Whether the whole day that the window starts on is past, so that each day is merged once.
    private func isOld(_ window: Window) -> Bool {
        max(window.to, window.from.startOfDay.advanced(by: Self.longest)) <= closedUntil
    }

    /// Windows of at most so many seconds are merged: a day.
    private static let longest = 86_400
}

extension CompactionPlan.Candidate {
    fileprivate func joins(_ last: Self) -> Bool {
        last.window.to == window.from && last.window.from.startOfDay == window.from.startOfDay && last.host == host
            && last.isPruned == isPruned
    }
}
