import Foundation
import GRDB
package import Records
package import StorageTime

extension SnapshotCatalog {
    /// The covered windows of a task that overlap `range`, in order of their starts. Damage may have some overlap.
    ///
    /// - Complexity: O(log *n* + *m*) for the *m* windows of the task that start before the range ends and not long
    ///   before it starts.
    package func windows(
        of task: String, source: RowSource, host: String, in range: Window? = nil
    ) throws(CatalogError) -> [WindowRecord] {
        try read { database in
            let rows = try Row.fetchCursor(
                database.cachedStatement(
                    sql: """
                        SELECT \(WindowFacts.columns), windows.part, snapshots.parts, folders.path, snapshots.name,
                            snapshots.time_zone
                        FROM windows JOIN snapshots ON snapshots.key = windows.snapshot
                            JOIN folders ON folders.key = snapshots.folder
                        WHERE windows.series = \(Self.seriesKey)
                            AND windows.from_s < ? AND windows.to_s > ?
                        ORDER BY windows.from_s
                        """),
                arguments: [
                    task, source.rawValue, host, range?.to.seconds ?? Int.max, range?.from.seconds ?? Int.min,
                ])
            var windows: [WindowRecord] = []
            var lastStart: StorageInstant?
            var hasTies = false
            while let row = try rows.next() {
                let record = try WindowRecord(row)
                hasTies = hasTies || record.window.from == lastStart
                lastStart = record.window.from
                windows.append(record)
            }
            // The table is in this order already. Two of one start are damage, and not worth a sorter for every row.
            if hasTies {
                windows.sort { ($0.window, $0.path, $0.part ?? 0) < ($1.window, $1.path, $1.part ?? 0) }
            }
            return windows
        }
    }

    /// A series' key, from its task, source and host.
    static let seriesKey = "(SELECT key FROM series WHERE task = ? AND source = ? AND host = ?)"
}

extension WindowFacts {
    /// What ``init(_:)`` reads, first among a row's columns.
    static let columns = """
        windows.from_s, windows.to_s, windows.state, windows.captured_at, windows.rechecked_at, windows.revision,
        windows.total, windows.edge_rows, windows.kept, windows.rows, windows.bytes, windows.rows_digest,
        windows.edge_only
        """

    init(_ row: Row) throws {
        guard let state = SnapshotState(rawValue: try row.text(2)) else {
            throw CatalogError(.corrupt, "the catalog holds a window of an unknown state")
        }
        self.init(
            window: try row.window(0, 1),
            facts: SnapshotFacts(
                state: state, revision: try row.count(5), capturedAt: try row.date(3),
                recheckedAt: try row.optionalDate(4), total: try row.count(6), edgeRows: try row.count(7),
                kept: try row.count(8), rows: try row.count(9)),
            bytes: try row.count(10), rowsDigest: try row.text(11),
            isEdgeOnly: try row.integer(12) != 0)
    }
}

extension WindowRecord {
    fileprivate init(_ row: Row) throws {
        self.init(
            facts: try WindowFacts(row), path: try row.text(15) + "/" + row.text(16),
            part: try row.integer(14) == 0 ? nil : try row.count(13), timeZone: try row.optionalText(17))
    }
}
