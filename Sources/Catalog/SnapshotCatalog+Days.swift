package import Foundation
import GRDB
import Records
package import StorageTime

/// What a series has of one day of storage time.
package struct DayRows: Sendable, Hashable {
    /// The day's first second.
    package let day: StorageInstant
    /// Rows in the archives; pruned ones do not count.
    package let rows: Int
    /// Windows that begin on the day.
    package let windows: Int
    /// Rows that the cloud no longer had when they were last looked for.
    package let kept: Int

    package init(day: StorageInstant, rows: Int, windows: Int, kept: Int) {
        self.day = day
        self.rows = rows
        self.windows = windows
        self.kept = kept
    }
}

extension SnapshotCatalog {
    /// The days of a series that have windows, oldest first; a window belongs to the day that it begins on.
    ///
    /// - Parameter start: days before are left out.
    /// - Complexity: O(*n*) in the series' windows since `start`.
    package func days(of series: Series, since start: StorageInstant) throws(CatalogError) -> [DayRows] {
        try read { database in
            let rows = try Row.fetchCursor(
                database.cachedStatement(
                    sql: """
                        SELECT from_s / 86400 AS day, \(Self.heldSum(of: "iif(state = 'pruned', 0, rows)")), count(*),
                            \(Self.heldSum(of: "iif(state = 'pruned', 0, kept)"))
                        FROM windows WHERE series = \(Self.seriesKey) AND from_s >= ? AND edge_only = 0
                        GROUP BY day ORDER BY day
                        """), arguments: [series.task, series.source.rawValue, series.host, start.seconds])
            var days: [DayRows] = []
            while let row = try rows.next() {
                let number = try row.integer(0)
                guard (0...4_000_000).contains(number), let day = StorageInstant(seconds: number * 86_400) else {
                    throw CatalogError(.corrupt, "the catalog holds a window outside the years 1 to 9999")
                }
                days.append(
                    DayRows(
                        day: day, rows: try row.integer(1), windows: try row.integer(2), kept: try row.integer(3)))
            }
            return days
        }
    }

    /// The days, as midnights of UTC, on which captures of a series were taken, oldest first.
    package func captureDays(of series: Series, since start: Date) throws(CatalogError) -> [Date] {
        try read { database in
            let rows = try Row.fetchCursor(
                database.cachedStatement(
                    sql: """
                        SELECT DISTINCT captured_at / 86400 * 86400 AS day FROM snapshots
                        WHERE series = \(Self.seriesKey) AND from_s IS NULL AND captured_at >= ? ORDER BY day
                        """), arguments: [series.task, series.source.rawValue, series.host, start.unix])
            var days: [Date] = []
            while let row = try rows.next() { days.append(try row.date(0)) }
            return days
        }
    }

    /// The newest windows of a series that hold rows which the cloud no longer had, or that were taken more than once,
    /// newest first.
    ///
    /// - Complexity: O(*n*) in the series' windows.
    package func changedWindows(of series: Series, limit: Int) throws(CatalogError) -> [WindowFacts] {
        try read { database in
            let rows = try Row.fetchCursor(
                database.cachedStatement(
                    sql: """
                        SELECT \(WindowFacts.columns) FROM windows
                        WHERE series = \(Self.seriesKey) AND (kept > 0 OR revision > 1)
                        ORDER BY from_s DESC LIMIT ?
                        """), arguments: [series.task, series.source.rawValue, series.host, max(0, limit)])
            var windows: [WindowFacts] = []
            while let row = try rows.next() { windows.append(try WindowFacts(row)) }
            return windows
        }
    }

    /// The newest windows of a series, newest first.
    package func newestWindows(of series: Series, limit: Int) throws(CatalogError) -> [WindowFacts] {
        try read { database in
            let rows = try Row.fetchCursor(
                database.cachedStatement(
                    sql: """
                        SELECT \(WindowFacts.columns) FROM windows WHERE series = \(Self.seriesKey)
                        ORDER BY from_s DESC LIMIT ?
                        """), arguments: [series.task, series.source.rawValue, series.host, max(0, limit)])
            var windows: [WindowFacts] = []
            while let row = try rows.next() { windows.append(try WindowFacts(row)) }
            return windows
        }
    }
}
