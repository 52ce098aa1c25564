import GRDB
import Records

extension SnapshotCatalog {
    /// What is wrong with the file in itself: sentences, one a finding; empty where it is sound.
    ///
    /// SQLite's own check of its pages, and whether the table of windows, which coverage is read from, says the same as
    /// the table of snapshots, which is compared with the manifests.
    ///
    /// - Complexity: O(*n*) in the file's pages.
    package func findInconsistencies() throws(CatalogError) -> [String] {
        try findings { database in
            let pages = try Self.check("10", database)
            return pages.isEmpty ? try Self.findStrayWindows(database) : pages
        }
    }

    /// What is wrong with the tables that a rebuild leaves as they are: sentences, one a finding; empty where they are
    /// sound.
    ///
    /// - Complexity: O(*n*) in those tables' pages.
    package func findDamagedHistories() throws(CatalogError) -> [String] {
        try findings { database in
            let tables = try String.fetchAll(database, sql: "SELECT name FROM sqlite_schema WHERE type = 'table'")
            return try tables.filter { !Schema.indexTables.contains($0) }.flatMap { try Self.check($0, database) }
        }
    }

    private func findings(_ find: (Database) throws -> [String]) throws(CatalogError) -> [String] {
        do {
            return try read(find)
        } catch  where error.code == .corrupt {
            return [error.message]
        }
    }

    /// SQLite's own check.
    ///
    /// - Parameter scope: a table's name, or the most findings in all of them.
    private static func check(_ scope: String, _ database: Database) throws -> [String] {
        try String.fetchAll(database, sql: "PRAGMA quick_check(\(scope))").filter { $0 != "ok" }
    }

    private static func findStrayWindows(_ database: Database) throws -> [String] {
        let differing = try Int.fetchOne(
            database,
            sql: """
                SELECT count(*) FROM snapshots AS s WHERE s.from_s IS NOT NULL AND s.parts = 0 AND NOT EXISTS (
                    SELECT 1 FROM windows AS w
                    WHERE w.series = s.series AND w.from_s = s.from_s AND w.snapshot = s.key AND w.part = 0
                        AND w.to_s = s.to_s AND w.state = s.state AND w.captured_at = s.captured_at
                        AND w.rechecked_at IS s.rechecked_at AND w.revision = s.revision AND w.total = s.total
                        AND w.edge_rows = s.edge_rows AND w.kept = s.kept AND w.rows = s.rows AND w.bytes = s.bytes
                        AND w.rows_digest = s.rows_digest)
                """)
        let orphaned = try Int.fetchOne(
            database, sql: "SELECT count(*) FROM windows WHERE snapshot NOT IN (SELECT key FROM snapshots)")
        var found: [String] = []
        if let differing, differing > 0 { found.append("\(differing) windows are not as their snapshots are") }
        if let orphaned, orphaned > 0 { found.append("\(orphaned) windows belong to no snapshot") }
        return found
    }
}
