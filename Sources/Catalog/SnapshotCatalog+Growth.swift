package import Foundation
import GRDB
package import Records
import StorageTime

/// How fast a vault grew over some time.
package struct VaultGrowth: Sendable, Hashable {
    /// Bytes of archives.
    package let bytes: Int
    /// From the first of the snapshots counted until now.
    package let seconds: Double

    package init(bytes: Int, seconds: Double) {
        self.bytes = bytes
        self.seconds = seconds
    }

    package var bytesPerDay: Double { seconds > 0 ? Double(bytes) / seconds * 86_400 : 0 }
}

extension SnapshotCatalog {
    /// What came in since `start` and was new then: windows that were taken within two days of their end, and captures.
    /// What a backfill brought in of older time is no growth that goes on.
    ///
    /// - Returns: nil where nothing did.
    /// - Complexity: O(*n*) in windows and captures.
    package func growth(since start: Date, now: Date) throws(CatalogError) -> VaultGrowth? {
        try read { database in
            let row = try Row.fetchOne(
                database,
                sql: """
                    SELECT \(Self.heldSum(of: "bytes")), min(captured_at) FROM (
                        SELECT bytes, captured_at FROM windows WHERE captured_at - (to_s - \(Self.unixEpoch)) < 2 * 86400
                        UNION ALL SELECT bytes, captured_at FROM snapshots WHERE from_s IS NULL)
                    WHERE captured_at >= ? AND captured_at <= ?
                    """, arguments: [start.unix, now.unix])
            guard let row, let first = try row.optionalUnix(1) else { return nil }
            let bytes = try row.integer(0)
            // A day's worth at least: over a shorter time, one run is no rate.
            return VaultGrowth(bytes: bytes, seconds: max(86_400, now.timeIntervalSince(Date(unix: first))))
        }
    }

    /// How old rows were when the cloud still counted some: the greatest time from a window's end, by UTC's wall clock,
    /// to a count of it, or of a range that encloses it, that found rows. In seconds; nil where no window ever had any.
    ///
    /// - Parameter memory: what earlier calls on this catalog found of the windows.
    /// - Complexity: O(*n*) in the task's windows and counts; in the counts alone where the memory has the windows.
    package func oldestAgeWithRows(
        of task: String, source: RowSource, host: String, remembering memory: StatusMemory? = nil
    ) throws(CatalogError) -> Int? {
        try read { database in
            let row = try Row.fetchOne(
                database.cachedStatement(
                    sql: "SELECT key, changed FROM series WHERE task = ? AND source = ? AND host = ?"),
                arguments: [task, source.rawValue, host])
            guard let row else { return nil }
            let (key, changed) = (Int64(try row.integer(0)), try row.integer(1))
            func greatest(_ age: String, _ table: String) throws -> Int? {
                try Row.fetchOne(
                    database.cachedStatement(
                        sql: """
                            SELECT max(\(age) - (to_s - \(Self.unixEpoch))) FROM \(table)
                            WHERE series = ? AND total > 0
                            """), arguments: [key]
                ).flatMap { try $0.optionalInteger(0) }
            }
            func ofWindows() throws -> Int? {
                try greatest("max(captured_at, coalesce(rechecked_at, 0))", "windows")
            }
            let windows = try memory.map { try $0.age(of: key, changed: changed, ofWindows) } ?? ofWindows()
            // A count that came out as expected vouches for the oldest window that it enclosed as well.
            let enclosed = try Row.fetchOne(
                database.cachedStatement(
                    sql: """
                        SELECT max(counted_at - (
                            SELECT to_s FROM windows WHERE series = rechecks.series AND total > 0
                                AND from_s >= rechecks.from_s AND from_s < rechecks.to_s AND to_s <= rechecks.to_s
                            ORDER BY from_s LIMIT 1) + \(Self.unixEpoch))
                        FROM rechecks WHERE series = ? AND total > 0
                        """), arguments: [key]
            ).flatMap { try $0.optionalInteger(0) }
            // No two times of the years 1 to 9999 are further apart.
            return try [windows, greatest("counted_at", "rechecks"), enclosed].compactMap(\.self).max().map {
                min(max($0, -StorageInstant.latest.seconds), StorageInstant.latest.seconds)
            }
        }
    }

    /// Seconds from 0001-01-01 to 1970-01-01.
    private static let unixEpoch = 62_135_596_800
}
