import GRDB

extension SnapshotCatalog {
    /// When a folder's list of names last changed, as it was indexed: nanoseconds since 1970; nil where it is to be
    /// read again, or is not known.
    package func modificationTime(ofFolder path: String) throws(CatalogError) -> Int? {
        try read { database in
            try Int.fetchOne(
                database.cachedStatement(sql: "SELECT modified FROM folders WHERE path = ?"), arguments: [path])
        }
    }

    /// The folders whose paths begin with `prefix`, in order, by the rest of their paths, with the modification times
    /// that were indexed: nil for one that is to be read again.
    package func folders(
        withPrefix prefix: String
    ) throws(CatalogError) -> [(rest: String, modified: Int?)] {
        try read { database in
            // The next text behind all that begin so: ASCII, as all names of folders are.
            let last = prefix.unicodeScalars.last.flatMap { Unicode.Scalar($0.value + 1) } ?? "~"
            let rows = try Row.fetchCursor(
                database.cachedStatement(
                    sql: "SELECT substr(path, ?), modified FROM folders WHERE path > ? AND path < ? ORDER BY path"),
                arguments: [prefix.unicodeScalars.count + 1, prefix, prefix.dropLast() + String(last)])
            var folders: [(rest: String, modified: Int?)] = []
            while let row = try rows.next() { folders.append((try row.text(0), try row.optionalInteger(1))) }
            return folders
        }
    }

    /// How many folders were indexed since the index was made, those among them that are gone: no fewer than there are.
    ///
    /// - Complexity: O(log *n*), where to count those that are there is O(*n*).
    package func foldersIndexed() throws(CatalogError) -> Int {
        try read { database in
            try Row.fetchOne(database, sql: "SELECT coalesce(max(key), 0) FROM folders")?.integer(0) ?? 0
        }
    }
}
