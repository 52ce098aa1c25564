package import Foundation
import GRDB

/// That an archive was read back and found whole.
package struct VerificationRecord: Sendable, Hashable {
    /// The manifest's path relative to the vault.
    package var path: String
    /// What was read. Where the snapshot's archive is another by now, the record says nothing about it.
    package var archiveSHA256: String
    /// Whole seconds; fractions are dropped.
    package var verifiedAt: Date
    /// Whether every row was read.
    package var isDeep: Bool

    package init(path: String, archiveSHA256: String, verifiedAt: Date, isDeep: Bool) {
        self.path = path
        self.archiveSHA256 = archiveSHA256
        self.verifiedAt = verifiedAt
        self.isDeep = isDeep
    }
}

extension SnapshotCatalog {
    /// Writes down in one transaction what was verified, in the place of what was known of the same manifests.
    package func record(_ verifications: [VerificationRecord]) throws(CatalogError) {
        try write { database in
            let statement = try database.cachedStatement(
                sql: """
                    INSERT OR REPLACE INTO verifications (path, archive_sha256, verified_at, deep) VALUES (?, ?, ?, ?)
                    """)
            for record in verifications {
                try statement.execute(arguments: [
                    record.path, record.archiveSHA256, record.verifiedAt.unix, record.isDeep,
                ])
            }
        }
    }

    /// The verifications of the folder at `path` and those below it since `instant`, by manifest path.
    package func verifications(
        below path: String, since instant: Date
    ) throws(CatalogError) -> [String: VerificationRecord] {
        try read { database in
            var found: [String: VerificationRecord] = [:]
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT path, archive_sha256, verified_at, deep FROM verifications
                    WHERE path > ? AND path < ? AND verified_at >= ?
                    """, arguments: [path + "/", path + "0", instant.unix])
            while let row = try rows.next() {
                let path = try row.text(0)
                found[path] = VerificationRecord(
                    path: path, archiveSHA256: try row.text(1), verifiedAt: try row.date(2),
                    isDeep: try row.integer(3) != 0)
            }
            return found
        }
    }
}
