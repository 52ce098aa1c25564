import Foundation
import GRDB
package import Records
import StorageTime

extension SnapshotCatalog {
    /// Sums up series by series, ordered by task, source and host. Each is as of one moment.
    ///
    /// - Parameters:
    ///   - closing: judges whether a window was closed when it was captured.
    /// - Complexity: one pass over the windows, at about a million a second and core.
    package func status(
        tasks: [String]? = nil, source: RowSource? = nil, closing: ClosingTable? = nil
    ) throws(CatalogError) -> [SeriesStatus] {
        let (series, damages, damaged) = try read { database in
            let damages = try Self.damages(of: nil, database)
            return (
                try SeriesKey.fetch(database, tasks: tasks, source: source), damages,
                try Self.damagedSnapshots(damages, database)
            )
        }
        return try readEach(of: series) { database, one in
            var status = SeriesStatus(series: one.series)
            for damage in damages where damage.task == one.series.task && damage.source == one.series.source {
                guard damage.host ?? one.series.host == one.series.host, let window = damage.window else { continue }
                status.damaged.insert(window)
            }
            try addWindows(of: one.key, to: &status, closing: closing, damaged: damaged, database)
            try addCaptures(of: one.key, to: &status, database)
            return status
        }
    }

    private func addWindows(
        of key: Int64, to status: inout SeriesStatus, closing: ClosingTable?, damaged: Set<Int64>, _ database: Database
    ) throws {
        let windows = try Row.fetchCursor(
            database.cachedStatement(
                sql: """
                    SELECT from_s, to_s, state, captured_at, rows, bytes, kept, part, snapshot FROM windows WHERE series = ?
                    ORDER BY from_s
                    """), arguments: [key])
        var newest = Int.min
        while let row = try windows.next() {
            let window = try Window(fromSeconds: row[0], toSeconds: row[1])
            let state: String = row[2]
            let capturedAt: Int = row[3]
            let isDamaged = !damaged.isEmpty && damaged.contains(row[8])
            if state != "pruned", !isDamaged { status.rows += row[4] }
            status.bytes += row[5]
            if state != "pruned" { status.kept += row[6] }
            if row[7] == 0 { status.snapshots += 1 }
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
        let row = try Row.fetchOne(
            database.cachedStatement(
                sql: """
                    SELECT count(*), sum(iif(state = 'pruned', 0, rows)), sum(bytes), sum(iif(state = 'pruned', 0, kept)),
                        max(captured_at) FROM snapshots
                    WHERE series = ? AND from_s IS NULL
                    """), arguments: [key])
        guard let row, let count: Int = row[0], count > 0 else { return }
        status.snapshots += count
        status.rows += row[1] ?? 0
        status.bytes += row[2] ?? 0
        status.kept += row[3] ?? 0
        let newest = Date(unix: row[4] ?? 0)
        status.newestCapture = status.newestCapture.map { max($0, newest) } ?? newest
    }
}
