package import Foundation
import GRDB
package import Records
package import StorageTime

/// A count asked of the API again, after a range was taken.
package struct RecheckRecord: Sendable, Hashable {
    package var task: String
    package var source: RowSource
    package var host: String
    /// One window, or several that were counted at once.
    package var range: Window
    /// Whole seconds; fractions are dropped.
    package var countedAt: Date
    package var total: Int

    package init(task: String, source: RowSource, host: String, range: Window, countedAt: Date, total: Int) {
        self.task = task
        self.source = source
        self.host = host
        self.range = range
        self.countedAt = countedAt
        self.total = total
    }
}

extension SnapshotCatalog {
    /// Writes counts down in one transaction. A count takes the place of an earlier one of the same range, and of no
    /// other: that a window was counted without another tells more than that both were counted together later.
    package func record(_ rechecks: [RecheckRecord]) throws(CatalogError) {
        try write { database in
            for recheck in rechecks {
                let (from, to) = (recheck.range.from.seconds, recheck.range.to.seconds)
                let series = try SeriesKey.make(
                    database, task: recheck.task, source: recheck.source, host: recheck.host)
                try database.execute(
                    sql: """
                        DELETE FROM rechecks WHERE series = ? AND from_s = ? AND to_s = ? AND counted_at <= ?
                        """, arguments: [series, from, to, recheck.countedAt.unix])
                try database.execute(
                    sql: """
                        INSERT INTO rechecks (series, from_s, to_s, counted_at, total) VALUES (?, ?, ?, ?, ?)
                        ON CONFLICT DO NOTHING
                        """, arguments: [series, from, to, recheck.countedAt.unix, recheck.total])
            }
        }
    }

    /// Forgets counts over windows whose rows were fetched again and are about to be published, made in the second of
    /// that fetch or later by the clock: all counts here came before, and by their times nobody could tell any more.
    ///
    /// - Parameter fetched: the windows, and when the rows of each were fetched.
    package func forgetCounts(
        of task: String, source: RowSource, host: String, over fetched: [(window: Window, at: Date)]
    ) throws(CatalogError) {
        if fetched.isEmpty { return }
        try write { database in
            for (window, date) in fetched {
                try database.execute(
                    sql: """
                        DELETE FROM rechecks
                        WHERE series = \(Self.seriesKey) AND from_s < ? AND to_s > ? AND counted_at >= ?
                        """,
                    arguments: [task, source.rawValue, host, window.to.seconds, window.from.seconds, date.unix])
            }
        }
    }

    /// The latest counts of ranges that overlap `range`, oldest range first.
    package func rechecks(
        of task: String, source: RowSource, host: String, in range: Window? = nil
    ) throws(CatalogError) -> [RecheckRecord] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT from_s, to_s, counted_at, total FROM rechecks
                    WHERE series = \(Self.seriesKey) AND from_s < ? AND to_s > ?
                    ORDER BY from_s, to_s
                    """,
                arguments: [
                    task, source.rawValue, host, range?.to.seconds ?? Int.max, range?.from.seconds ?? Int.min,
                ]
            ).map { row in
                RecheckRecord(
                    task: task, source: source, host: host, range: try row.window(0, 1), countedAt: try row.date(2),
                    total: try row.count(3))
            }
        }
    }
}
