import CSQLite

/// Reads a database back, through SQLite itself.
package struct SQLiteReader {
    package struct Failure: Error {
        package let message: String

        package init(message: String) { self.message = message }
    }

    private let path: String

    package init(_ path: String) {
        self.path = path
    }

    /// The rows of a query's answer; NULL is nil, and what is no text comes as its text.
    package func rows(_ sql: String) throws -> [[String?]] {
        var database: OpaquePointer?
        defer { sqlite3_close(database) }
        guard sqlite3_open_v2(path, &database, SQLITE_OPEN_READONLY, nil) == SQLITE_OK else {
            throw Failure(message: "\(path) does not open")
        }
        var statement: OpaquePointer?
        defer { sqlite3_finalize(statement) }
        guard sqlite3_prepare_v2(database, sql, -1, &statement, nil) == SQLITE_OK else {
            throw Failure(message: String(cString: sqlite3_errmsg(database)))
        }
        var rows: [[String?]] = []
        while sqlite3_step(statement) == SQLITE_ROW {
            rows.append((0..<sqlite3_column_count(statement)).map { Self.text(statement, $0) })
        }
        return rows
    }

    private static func text(_ statement: OpaquePointer?, _ column: Int32) -> String? {
        guard let start = sqlite3_column_text(statement, column) else { return nil }
        let count = Int(sqlite3_column_bytes(statement, column))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }
}
