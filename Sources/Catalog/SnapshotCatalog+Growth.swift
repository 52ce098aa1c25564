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
    /// to a count of it that found rows. In seconds; nil where no window ever had rows.
    ///
    /// - Complexity: O(*n*) in the task's windows and counts.
    package func oldestAgeWithRows(
        of task: String, source: RowSource, host: String
    ) throws(CatalogError) -> Int? {
        try read { database in
            let age = try Row.fetchOne(
                database,
                sql: """
                    SELECT max(age) FROM (
                        SELECT max(captured_at, coalesce(rechecked_at, 0)) - (to_s - \(Self.unixEpoch)) AS age
                            FROM windows WHERE series = \(Self.seriesKey) AND total > 0
                        UNION ALL SELECT counted_at - (to_s - \(Self.unixEpoch)) FROM rechecks
                            WHERE series = \(Self.seriesKey) AND total > 0)
                    """, arguments: [task, source.rawValue, host, task, source.rawValue, host]
            ).flatMap { try $0.optionalInteger(0) }
            // No two times of the years 1 to 9999 are further apart.
            return age.map { min(max($0, -StorageInstant.latest.seconds), StorageInstant.latest.seconds) }
        }
    }

    /// Seconds from 0001-01-01 to 1970-01-01.
    private static let unixEpoch = 62_135_596_800
}
