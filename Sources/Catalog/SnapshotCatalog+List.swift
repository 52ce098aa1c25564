import Foundation
import GRDB
package import Records
package import StorageTime

extension SnapshotCatalog {
    /// Visits snapshots by task, source and host, and within each in window order; captures by the time they were
    /// taken.
    ///
    /// The whole list is of one moment, and is never held in memory. It has a connection of its own: who is visited may
    /// call the catalog.
    ///
    /// - Parameters:
    ///   - range: only snapshots whose windows overlap it, and no captures; nil for all.
    ///   - visit: what it throws ends the list and is thrown on.
    package func forEachSnapshot(
        tasks: [String]? = nil, source: RowSource? = nil, in range: Window? = nil,
        _ visit: (SnapshotRecord) throws -> Void
    ) throws {
        do {
            try withOwnReader { database in
                for (key, series, _) in try SeriesKey.fetch(database, tasks: tasks, source: source) {
                    let rows = try Row.fetchCursor(
                        database.cachedStatement(
                            sql: """
                                SELECT \(Self.snapshotColumns) FROM windows
                                    JOIN snapshots ON snapshots.key = windows.snapshot \(Self.snapshotJoins)
                                WHERE windows.series = ? AND windows.part = 0 AND windows.from_s < ?
                                    AND snapshots.to_s > ?
                                ORDER BY windows.from_s, snapshots.to_s, folders.path, snapshots.name
                                """),
                        arguments: [key, range?.to.seconds ?? Int.max, range?.from.seconds ?? Int.min])
                    while let row = try rows.next() { try visit(try record(row, series, database)) }
                    if range == nil { try visitCaptures(key, series, database, visit) }
                }
            }
        } catch let error as DatabaseError {
            throw meaning(of: error)
        }
    }

    /// How many snapshots there are, damaged ones left out.
    ///
    /// - Parameter tasks: nil for all.
    /// - Complexity: one pass over an index; of some tasks, over that of their windows and captures.
    package func snapshotCount(tasks: [String]? = nil) throws(CatalogError) -> Int {
        try read { database in
            guard tasks != nil else { return try Int.fetchOne(database, sql: "SELECT count(*) FROM snapshots") ?? 0 }
            let counting = try database.cachedStatement(
                sql: """
                    SELECT (SELECT count(*) FROM windows WHERE series = ?1 AND part = 0)
                        + (SELECT count(*) FROM snapshots WHERE series = ?1 AND from_s IS NULL)
                    """)
            return try SeriesKey.fetch(database, tasks: tasks, source: nil).reduce(into: 0) { count, found in
                count.add(held: try Int.fetchOne(counting, arguments: [found.key]) ?? 0)
            }
        }
    }

    /// As ``forEachSnapshot(tasks:source:in:_:)``, all at once.
    package func snapshots(
        tasks: [String]? = nil, source: RowSource? = nil, in range: Window? = nil
    ) throws(CatalogError) -> [SnapshotRecord] {
        var records: [SnapshotRecord] = []
        do {
            try forEachSnapshot(tasks: tasks, source: source, in: range) { records.append($0) }
        } catch {
            throw meaning(of: error)
        }
        return records
    }

    /// Snapshots of a series, the newest first: by window, captures by the time they were taken.
    ///
    /// - Parameters:
    ///   - offset: so many of the newest are left out.
    ///   - limit: at most so many.
    /// - Complexity: O(*offset* + *limit*).
    package func snapshots(
        of series: Series, offset: Int, limit: Int
    ) throws(CatalogError) -> [SnapshotRecord] {
        try read { database in
            let isWindowed = series.source == .storageTime
            let key = "(SELECT key FROM series WHERE task = ? AND source = ? AND host = ?)"
            let keys =
                isWindowed
                ? "SELECT snapshot FROM windows WHERE series = \(key) AND part = 0 ORDER BY from_s DESC"
                : "SELECT key FROM snapshots WHERE series = \(key) AND from_s IS NULL ORDER BY captured_at DESC, key DESC"
            let rows = try Row.fetchCursor(
                database.cachedStatement(
                    sql: """
                        SELECT \(Self.snapshotColumns) FROM (\(keys) LIMIT ? OFFSET ?) AS page
                            JOIN snapshots ON snapshots.key = page.\(isWindowed ? "snapshot" : "key") \(Self.snapshotJoins)
                        ORDER BY \(isWindowed ? "snapshots.from_s DESC" : "snapshots.captured_at DESC, snapshots.key DESC")
                        """),
                arguments: [series.task, series.source.rawValue, series.host, max(0, limit), max(0, offset)])
            var records: [SnapshotRecord] = []
            while let row = try rows.next() { records.append(try record(row, series, database)) }
            return records
        }
    }

    /// The snapshots whose manifests lie in a folder, by file name.
    ///
    /// - Parameter path: the folder's, relative to the vault.
    package func snapshots(inFolder path: String) throws(CatalogError) -> [SnapshotRecord] {
        try read { database in
            let rows = try Row.fetchCursor(
                database.cachedStatement(
                    sql: """
                        SELECT \(Self.snapshotColumns), series.task, series.source, series.host, series.name
                        FROM snapshots \(Self.snapshotJoins) JOIN series ON series.key = snapshots.series
                        WHERE snapshots.folder = (SELECT key FROM folders WHERE path = ?) ORDER BY snapshots.name
                        """), arguments: [path])
            var records: [SnapshotRecord] = []
            while let row = try rows.next() {
                guard let source = RowSource(rawValue: try row.text(26)) else {
                    throw CatalogError(.corrupt, "the catalog \(self.path) holds a snapshot of an unknown source")
                }
                let series = Series(
                    task: try row.text(25), source: source, host: try row.text(27), name: try row.text(28))
                records.append(try record(row, series, database))
            }
            return records
        }
    }

    private func visitCaptures(
        _ key: Int64, _ series: Series, _ database: Database, _ visit: (SnapshotRecord) throws -> Void
    ) throws {
        let rows = try Row.fetchCursor(
            database.cachedStatement(
                sql: """
                    SELECT \(Self.snapshotColumns) FROM snapshots \(Self.snapshotJoins)
                    WHERE snapshots.series = ? AND snapshots.from_s IS NULL
                    ORDER BY snapshots.captured_at, folders.path, snapshots.name
                    """), arguments: [key])
        while let row = try rows.next() { try visit(try record(row, series, database)) }
    }

    private static let snapshotJoins = """
        JOIN folders ON folders.key = snapshots.folder JOIN column_lists ON column_lists.key = snapshots.columns
        """

    private static let snapshotColumns = """
        folders.path, snapshots.name, snapshots.from_s, snapshots.to_s, snapshots.state, snapshots.revision,
        snapshots.time_zone, snapshots.convention, snapshots.proof, snapshots.captured_at, snapshots.rechecked_at,
        snapshots.total, snapshots.edge_rows, snapshots.kept, snapshots.rows, snapshots.bytes,
        snapshots.uncompressed_bytes, snapshots.rows_digest, column_lists.names, snapshots.archive,
        snapshots.archive_sha256, snapshots.manifest_sha256, snapshots.parts, snapshots.key, snapshots.edge_only
        """

    private func record(_ row: Row, _ series: Series, _ database: Database) throws -> SnapshotRecord {
        guard let state = SnapshotState(rawValue: try row.text(4)),
            let convention = IntervalConvention(rawValue: try row.text(7)), let proof = Proof(rawValue: try row.text(8))
        else {
            throw CatalogError(
                .corrupt, "the catalog \(path) holds a snapshot of an unknown state, convention or proof")
        }
        let window = try row.optionalWindow(2, 3)
        var record = SnapshotRecord(
            path: try row.text(0) + "/" + row.text(1), task: series.task, taskName: series.name, source: series.source,
            window: window,
            facts: SnapshotFacts(
                state: state, revision: try row.count(5), capturedAt: try row.date(9),
                recheckedAt: try row.optionalDate(10), total: try row.count(11), edgeRows: try row.count(12),
                kept: try row.count(13), rows: try row.count(14)),
            host: series.host, timeZone: try row.optionalText(6), convention: convention, proof: proof,
            bytes: try row.count(15), uncompressedBytes: try row.count(16), rowsDigest: try row.text(17),
            columns: try ColumnList.names(row.text(18)), archive: try row.optionalText(19),
            archiveSHA256: try row.optionalText(20), manifestSHA256: try row.text(21),
            isEdgeOnly: try row.integer(24) != 0)
        if try row.integer(22) > 0, let window {
            record.parts = try parts(of: Int64(row.integer(23)), window, series, database)
        }
        return record
    }

    private func parts(of snapshot: Int64, _ window: Window, _ series: Series, _ database: Database) throws
        -> [WindowFacts]
    {
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT \(WindowFacts.columns) FROM windows
                WHERE series = \(Self.seriesKey) AND from_s >= ? AND from_s < ? AND snapshot = ? ORDER BY part
                """,
            arguments: [
                series.task, series.source.rawValue, series.host, window.from.seconds, window.to.seconds, snapshot,
            ])
        var parts: [WindowFacts] = []
        while let row = try rows.next() { parts.append(try WindowFacts(row)) }
        return parts
    }
}
