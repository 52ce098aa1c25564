package import Foundation
import GRDB

/// A copy of the vault elsewhere, as far as this machine's pushes tell.
package struct CopyRecord: Sendable, Hashable {
    /// Where it is, as the operator named it; secrets masked.
    package var remote: String
    /// When a push of all tasks last brought everything there. Whole seconds; nil where none did.
    package var lastSuccess: Date?
    /// What kept the last push from doing so; nil where nothing did.
    package var firstError: String?
    /// Whether a push brought it anything that it still holds.
    package var holdsAny: Bool

    package init(remote: String, lastSuccess: Date?, firstError: String?, holdsAny: Bool) {
        self.remote = remote
        self.lastSuccess = lastSuccess
        self.firstError = firstError
        self.holdsAny = holdsAny
    }
}

extension SnapshotCatalog {
    /// Writes down in one transaction which manifests a copy holds now, by path and checksum, and which it does not.
    package func record(
        copied: [(path: String, sha256: String)], removed: [String] = [], in remote: String
    ) throws(CatalogError) {
        guard !copied.isEmpty || !removed.isEmpty else { return }
        try write { database in
            let insert = try database.cachedStatement(
                sql: "INSERT OR REPLACE INTO copied (remote, path, manifest_sha256) VALUES (?, ?, ?)")
            for (path, sha256) in copied { try insert.execute(arguments: [remote, path, sha256]) }
            let delete = try database.cachedStatement(sql: "DELETE FROM copied WHERE remote = ? AND path = ?")
            for path in removed { try delete.execute(arguments: [remote, path]) }
        }
    }

    /// Writes down how a push of all tasks ended.
    ///
    /// - Parameter error: nil where everything is there now.
    package func recordPush(to remote: String, at instant: Date, error: String?) throws(CatalogError) {
        try write { database in
            try database.execute(
                sql: """
                    INSERT INTO copies (remote, last_success, first_error) VALUES (?, ?, ?)
                    ON CONFLICT (remote) DO UPDATE SET last_success = coalesce(excluded.last_success, last_success),
                        first_error = excluded.first_error
                    """, arguments: [remote, error == nil ? instant.unix : nil, error])
        }
    }

    /// The copies that were ever pushed to, by name.
    package func copies() throws(CatalogError) -> [CopyRecord] {
        try read { database in
            var found: [CopyRecord] = []
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT remote, last_success, first_error,
                        EXISTS (SELECT 1 FROM copied WHERE copied.remote = copies.remote)
                    FROM copies ORDER BY remote
                    """)
            while let row = try rows.next() {
                found.append(
                    CopyRecord(
                        remote: try row.text(0), lastSuccess: try row.optionalDate(1),
                        firstError: try row.optionalText(2), holdsAny: try row.integer(3) != 0))
            }
            return found
        }
    }

    /// The manifests that a copy was seen to hold below a folder, by path.
    package func copied(to remote: String, below folder: String) throws(CatalogError) -> [String: String] {
        try read { database in
            var found: [String: String] = [:]
            let rows = try Row.fetchCursor(
                database,
                sql: "SELECT path, manifest_sha256 FROM copied WHERE remote = ? AND path > ? AND path < ?",
                arguments: [remote, folder + "/", folder + "0"])
            while let row = try rows.next() { found[try row.text(0)] = try row.text(1) }
            return found
        }
    }

    /// How many snapshots of the index a copy was not seen to hold as they are, by task; tasks of which it holds all
    /// are left out.
    ///
    /// - Complexity: O(*n* log *n*) in snapshots, however many tasks there are.
    package func snapshotsBehind(_ remote: String) throws(CatalogError) -> [String: Int] {
        try read { database in
            let rows = try Row.fetchCursor(
                database.cachedStatement(
                    sql: """
                        SELECT series.task, sum(behind) FROM (
                            SELECT snapshots.series AS series, count(*) AS behind FROM snapshots
                            JOIN folders ON folders.key = snapshots.folder
                            LEFT JOIN copied ON copied.remote = ?
                                AND copied.path = folders.path || '/' || snapshots.name
                            WHERE copied.manifest_sha256 IS NOT snapshots.manifest_sha256
                            GROUP BY snapshots.series) AS found
                        JOIN series ON series.key = found.series GROUP BY series.task
                        """), arguments: [remote])
            var behind: [String: Int] = [:]
            while let row = try rows.next() { behind[try row.text(0)] = try row.count(1) }
            return behind
        }
    }

    /// The paths of the manifests that a copy was not seen to hold as they are, in order.
    ///
    /// - Parameters:
    ///   - tasks: nil for all.
    ///   - body: called with each.
    package func forEachSnapshotBehind(
        _ remote: String, tasks: [String]?, _ body: (_ path: String) throws -> Void
    ) throws {
        let wanted = tasks.map { try? JSONEncoder().encode($0) }.flatMap {
            $0.map { String(decoding: $0, as: UTF8.self) }
        }
        let paths: [String] = try read { database in
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT folders.path || '/' || snapshots.name AS path FROM snapshots
                    JOIN folders ON folders.key = snapshots.folder
                    JOIN series ON series.key = snapshots.series
                    LEFT JOIN copied ON copied.remote = :remote
                        AND copied.path = folders.path || '/' || snapshots.name
                    WHERE copied.manifest_sha256 IS NOT snapshots.manifest_sha256
                        AND (:tasks IS NULL OR series.task IN (SELECT value FROM json_each(:tasks)))
                    ORDER BY path
                    """, arguments: ["remote": remote, "tasks": wanted])
            var paths: [String] = []
            while let row = try rows.next() { paths.append(try row.text(0)) }
            return paths
        }
        for path in paths { try body(path) }
    }
}
