import Synchronization

/// What was read of a catalog's series, for who asks again and again: what nobody wrote to since is not read again.
///
/// It belongs to one catalog file, and holds as many elements as that has series.
package final class StatusMemory: Sendable {
    /// What a series' status is made from, beside its own windows and captures: equal states give equal ones.
    struct State: Hashable {
        /// How many transactions wrote or removed snapshots of it.
        var changed: Int
        var damages: [DamageRecord]
        var closing: ClosingTable?
    }

    private struct Kept {
        var statuses: [Int64: (state: State, status: SeriesStatus)] = [:]
        var ages: [Int64: (changed: Int, age: Int?)] = [:]
        var readings = 0
        var series: (stamp: SnapshotCatalog.Stamp, found: [SeriesKey.Found])?
    }

    private let kept = Mutex(Kept())

    package init() {}

    /// How often a series was read.
    package var readings: Int { kept.withLock { $0.readings } }

    /// All series as they were found when nobody had written to the catalog since, or what `find` finds now.
    func series(at stamp: SnapshotCatalog.Stamp, _ find: () throws -> [SeriesKey.Found]) rethrows -> [SeriesKey.Found] {
        if let known = kept.withLock({ $0.series }), known.stamp == stamp { return known.found }
        let found = try find()
        kept.withLock { $0.series = (stamp, found) }
        return found
    }

    func status(of key: Int64, _ state: State) -> SeriesStatus? {
        kept.withLock { kept in
            guard let known = kept.statuses[key], known.state == state else { return nil }
            return known.status
        }
    }

    /// - Parameter state: as it was before the reading began, so that what was written meanwhile is read again.
    func keep(_ status: SeriesStatus, of key: Int64, _ state: State) {
        kept.withLock { kept in
            kept.statuses[key] = (state, status)
            kept.readings += 1
        }
    }

    /// The age that was found of a series' windows, or what `find` finds now.
    func age(of key: Int64, changed: Int, _ find: () throws -> Int?) rethrows -> Int? {
        if let known = kept.withLock({ $0.ages[key] }), known.changed == changed { return known.age }
        let age = try find()
        kept.withLock { $0.ages[key] = (changed, age) }
        return age
    }
}
