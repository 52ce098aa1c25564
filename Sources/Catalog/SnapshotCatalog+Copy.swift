import GRDB

extension SnapshotCatalog {
    /// A copy that nobody else sees, to be changed at will: in a temporary file of SQLite's own, which goes with it, or
    /// in memory where there is no room for one.
    ///
    /// - Complexity: O(*n*) in the file's pages.
    package func privateCopy() throws(CatalogError) -> SnapshotCatalog {
        do {
            return try copy(to: DatabaseQueue(path: "", configuration: Self.configuration()))
        } catch {
            do {
                return try copy(to: DatabaseQueue(configuration: Self.configuration()))
            } catch {
                throw CatalogError(error, path: path)
            }
        }
    }

    private func copy(to queue: DatabaseQueue) throws -> SnapshotCatalog {
        try database.backup(to: queue)
        return SnapshotCatalog(path: ":memory:", database: queue)
    }

    /// Changes whenever anybody writes to the file.
    package struct Stamp: Sendable, Hashable {
        private let version: Int
        private let changes: Int

        init(_ database: Database) throws {
            version = try Int.fetchOne(database.cachedStatement(sql: "PRAGMA data_version")) ?? 0
            changes = database.totalChangesCount
        }
    }

    /// What the file is at now. Two stamps of one catalog that are equal mean that nothing was written in between.
    package func stamp() throws(CatalogError) -> Stamp {
        try read { try Stamp($0) }
    }
}
