import CSQLite
import Spelling

/// One SQLite database, open for writing.
///
/// Unchecked: SQLite's own lock has callers take turns.
final class SQLiteConnection: @unchecked Sendable {
    private var handle: OpaquePointer?
    private let name: String

    /// Opens the database in a file that is there, and may be empty.
    ///
    /// - Parameter name: what errors call it.
    /// - Throws: ``RestoreError/Code/cannotWrite``.
    init(path: String, name: String) throws(RestoreError) {
        self.name = name
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_FULLMUTEX
        // Nobody else has the file before it gets its final name, and its file system may grant no locks.
        let system = sqlite3_vfs_find("unix-none") == nil ? nil : "unix-none"
        guard sqlite3_open_v2(path, &handle, flags, system) == SQLITE_OK else {
            defer { close() }
            throw error("open")
        }
    }

    deinit { close() }

    func close() {
        sqlite3_close_v2(handle)
        handle = nil
    }

    /// The most columns that a table may have.
    var mostColumns: Int { Int(sqlite3_limit(handle, SQLITE_LIMIT_COLUMN, -1)) }

    /// Runs statements that give no rows.
    func run(_ sql: String) throws(RestoreError) {
        guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw error("write") }
    }

    /// - Throws: ``RestoreError/Code/cannotWrite``.
    func prepare(_ sql: String) throws(RestoreError) -> SQLiteInsert {
        var statement: OpaquePointer?
        guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK, let statement else {
            throw error("write")
        }
        return SQLiteInsert(self, statement)
    }

    func error(_ doing: String) -> RestoreError {
        let reason = handle.map { String(cString: sqlite3_errmsg($0)) } ?? "there is no memory"
        return RestoreError(.cannotWrite, "cannot \(doing) the database \(name): \(reason)")
    }

    /// A name as SQL quotes it.
    static func quoted(_ name: String) -> String { "\"" + name.replacing(scalars: ["\"": "\"\""]) + "\"" }
}

/// A statement that inserts a row, run again and again.
final class SQLiteInsert {
    private let connection: SQLiteConnection
    private let statement: OpaquePointer

    fileprivate init(_ connection: SQLiteConnection, _ statement: OpaquePointer) {
        self.connection = connection
        self.statement = statement
    }

    deinit { sqlite3_finalize(statement) }

    /// Sets a value, counted from 0; its bytes must stay until ``run()``.
    @inline(__always)
    func set(_ column: Int, _ text: UnsafeRawBufferPointer?) throws(RestoreError) {
        let place = Int32(column + 1)
        let status: Int32
        if let text {
            // Without an address SQLite takes a text for NULL.
            let base = text.baseAddress.map { $0.assumingMemoryBound(to: CChar.self) }
            status =
                base.map { sqlite3_bind_text(statement, place, $0, Int32(clamping: text.count), nil) }
                ?? sqlite3_bind_text(statement, place, "", 0, nil)
        } else {
            status = sqlite3_bind_null(statement, place)
        }
        guard status == SQLITE_OK else { throw connection.error("write") }
    }

    func run() throws(RestoreError) {
        let status = sqlite3_step(statement)
        sqlite3_reset(statement)
        guard status == SQLITE_DONE else { throw connection.error("write") }
    }
}
