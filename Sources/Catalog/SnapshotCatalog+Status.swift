import Foundation
import GRDB
package import Records
import StorageTime

extension SnapshotCatalog {
    /// Sums up series by series, ordered by task, source and host. Each is as of one moment.
    ///
    /// - Parameters:
    ///   - closing: judges whether a window was closed when it was captured.
    ///   - memory: what earlier calls on this catalog read; series that nobody wrote to since are not read again.
    /// - Complexity: one pass over the windows, at about a million a second and core; with a memory, over those of the
    ///   series written to since.
    package func status(
        tasks: [String]? = nil, source: RowSource? = nil, closing: ClosingTable? = nil,
        remembering memory: StatusMemory? = nil
    ) throws(CatalogError) -> [SeriesStatus] {
        let (series, damages, damaged) = try read { database in
            let damages = try Self.damages(of: nil, database)
            return (
                try SeriesKey.fetch(database, tasks: tasks, source: source, remembering: memory), damages,
                try Self.damagedSnapshots(damages, database)
            )
        }
        let damagesOfTasks = Dictionary(grouping: damages, by: \.task)
        let states = series.map { one in
            let own = (damagesOfTasks[one.series.task] ?? []).filter { $0.source == one.series.source }
            return StatusMemory.State(changed: one.changed, damages: own, closing: closing)
        }
        let known = zip(series, states).map { one, state in memory?.status(of: one.key, state) }
        let read = try readEach(of: series.indices.filter { known[$0] == nil }) { database, index in
            let one = series[index]
            var status = SeriesStatus(series: one.series)
            for damage in states[index].damages where damage.host ?? one.series.host == one.series.host {
                if let window = damage.window { status.damaged.insert(window) }
            }
            try addWindows(of: one.key, to: &status, closing: closing, damaged: damaged, database)
            try addCaptures(of: one.key, to: &status, database)
            memory?.keep(status, of: one.key, states[index])
            return (index, status)
        }
        let new = Dictionary(uniqueKeysWithValues: read)
        return series.indices.compactMap { index in
            var status = known[index] ?? new[index]
            // A name may change without a snapshot.
            status?.series = series[index].series
            return status
        }
    }

    private func addWindows(
        of key: Int64, to status: inout SeriesStatus, closing: ClosingTable?, damaged: Set<Int64>, _ database: Database
    ) throws {
        let windows = try Row.fetchCursor(
            database.cachedStatement(
                sql: """
                    SELECT from_s, to_s, state, captured_at, rows, bytes, kept, part, snapshot FROM windows
                    WHERE series = ? AND edge_only = 0 ORDER BY from_s
                    """), arguments: [key])
        var newest = Int.min
        while let row = try windows.next() {
            let window = try row.window(0, 1)
            let state = try row.text(2)
            let capturedAt = try row.unix(3)
            let isDamaged = try !damaged.isEmpty && damaged.contains(Int64(row.integer(8)))
            if state != "pruned", !isDamaged { status.rows.add(held: try row.count(4)) }
            status.bytes.add(held: try row.count(5))
            if state != "pruned" { status.kept.add(held: try row.count(6)) }
            if try row.integer(7) == 0 { status.snapshots += 1 }
            newest = max(newest, capturedAt)
            if isDamaged { continue }
            if let closing, window.to.seconds > closing.closedUntil(capturedAt) {
                status.premature.insert(window)
                continue
            }
            status.covered.insert(window)
            switch state {
            case "empty": status.empty.insert(window)
            case "unproven": status.unproven.insert(window)
            case "pruned": status.pruned.insert(window)
            default: break
            }
        }
        if newest > .min { status.newestCapture = Date(unix: newest) }
    }

    private func addCaptures(of key: Int64, to status: inout SeriesStatus, _ database: Database) throws {
        // What an increment says of kept rows is the whole task's, so the newest one's counts.
        let isIncrements = status.series.source == .increments
        let kept =
            isIncrements
            ? """
            coalesce((SELECT kept FROM snapshots WHERE series = ?1 AND from_s IS NULL
                ORDER BY captured_at DESC, length(name) DESC, name DESC LIMIT 1), 0)
            """ : Self.heldSum(of: "iif(state = 'pruned', 0, kept)")
        let row = try Row.fetchOne(
            database.cachedStatement(
                sql: """
                    SELECT count(*), \(Self.heldSum(of: "iif(state = 'pruned', 0, rows)")),
                        \(Self.heldSum(of: "bytes")), \(kept),
                        max(captured_at) FROM snapshots
                    WHERE series = ?1 AND from_s IS NULL
                    """), arguments: [key])
        guard let row, case let count = try row.integer(0), count > 0 else { return }
        status.snapshots += count
        status.rows.add(held: try row.integer(1))
        status.bytes.add(held: try row.integer(2))
        status.kept.add(held: try row.integer(3))
        let newest = try row.date(4)
        status.newestCapture = status.newestCapture.map { max($0, newest) } ?? newest
    }

    /// An SQL sum of a column that never fails: SQLite's own ends the statement where it overflows.
    static func heldSum(of column: String) -> String { "cast(min(total(\(column)), 1e18) AS INTEGER)" }
}
