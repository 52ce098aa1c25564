import GRDB

/// Which vault an index outside of its vault is of.
package struct CatalogHome: Sendable, Hashable {
    /// The vault's folder, symbolic links resolved.
    package var path: String
    /// When the vault was made, as its marker says; nil where it does not.
    package var madeAt: String?

    package init(path: String, madeAt: String?) {
        self.path = path
        self.madeAt = madeAt
    }
}

extension SnapshotCatalog {
    /// The vault that the index is of; nil where nobody noted it.
    package func home() throws(CatalogError) -> CatalogHome? { try read(Self.fetchHome) }

    /// Notes which vault the index is of, in place of what was noted before.
    ///
    /// - Parameter previous: what the caller read; where another process noted something else since, that stays.
    /// - Returns: what is noted now.
    package func note(home: CatalogHome, insteadOf previous: CatalogHome?) throws(CatalogError) -> CatalogHome {
        try write { database in
            let noted = try Self.fetchHome(database)
            if let noted, noted != previous { return noted }
            try database.execute(
                sql: "INSERT OR REPLACE INTO home (key, path, made_at) VALUES (1, ?, ?)",
                arguments: [home.path, home.madeAt])
            return home
        }
    }

    private static func fetchHome(_ database: Database) throws -> CatalogHome? {
        guard let row = try Row.fetchOne(database, sql: "SELECT path, made_at FROM home") else { return nil }
        return CatalogHome(path: try row.text(0), madeAt: try row.optionalText(1))
    }
}
