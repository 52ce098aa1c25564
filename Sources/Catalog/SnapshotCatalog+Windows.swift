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
        windows.total, windows.edge_rows, windows.kept, windows.rows, windows.bytes, windows.rows_digest
        """

    init(_ row: Row) throws {
        guard let state = SnapshotState(rawValue: row[2]) else {
            throw CatalogError(.corrupt, "the catalog holds a window of an unknown state")
        }
        self.init(
            window: try Window(fromSeconds: row[0], toSeconds: row[1]), state: state, capturedAt: Date(unix: row[3]),
            recheckedAt: (row[4] as Int?).map(Date.init(unix:)), revision: row[5], total: row[6], edgeRows: row[7],
            kept: row[8], rows: row[9], bytes: row[10], rowsDigest: row[11])
    }
}

extension WindowRecord {
    fileprivate init(_ row: Row) throws {
        let isCompacted: Int = row[13]
        let folder: String = row[14]
        let name: String = row[15]
        self.init(
            facts: try WindowFacts(row), path: folder + "/" + name, part: isCompacted == 0 ? nil : row[12],
            timeZone: row[16])
    }
}
