import CSQLite

/// Makes a database of the statements that a fixture has as text.
package enum SQLiteScript {
    package static func run(_ sql: String, at path: String) throws {
        var database: OpaquePointer?
        defer { sqlite3_close(database) }
        guard sqlite3_open(path, &database) == SQLITE_OK, sqlite3_exec(database, sql, nil, nil, nil) == SQLITE_OK else {
            throw SQLiteReader.Failure(message: String(cString: sqlite3_errmsg(database)))
        }
    }

    /// Runs statements and leaves the database open, so that what they wrote stays in its log.
    ///
    /// - Returns: closes it.
    package static func runAndStay(_ sql: String, at path: String) throws -> () -> Void {
        var database: OpaquePointer?
        guard sqlite3_open(path, &database) == SQLITE_OK, sqlite3_exec(database, sql, nil, nil, nil) == SQLITE_OK else {
            defer { sqlite3_close(database) }
            throw SQLiteReader.Failure(message: String(cString: sqlite3_errmsg(database)))
        }
        return { [database] in sqlite3_close(database) }
    }
}
