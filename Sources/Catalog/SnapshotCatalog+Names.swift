import GRDB

extension SnapshotCatalog {
    /// The tasks that the vault holds anything of, by id, each with its name, which is empty where it is not known.
    ///
    /// - Parameter limit: at most so many.
    /// - Complexity: O(*limit*) where each task is held.
    package func taskNames(limit: Int) throws(CatalogError) -> [(task: String, name: String)] {
        try read { database in
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT task, max(name) FROM series
                    WHERE EXISTS (SELECT 1 FROM windows WHERE windows.series = series.key)
                        OR EXISTS (SELECT 1 FROM snapshots WHERE snapshots.series = series.key AND from_s IS NULL)
                    GROUP BY task ORDER BY task LIMIT ?
                    """, arguments: [max(0, limit)])
            var names: [(task: String, name: String)] = []
            while let row = try rows.next() { names.append((try row.text(0), try row.text(1))) }
            return names
        }
    }
}
