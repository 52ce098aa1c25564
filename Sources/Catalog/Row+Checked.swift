import CSQLite
import Foundation
import GRDB
import StorageTime

// A catalog is a file like any other: another program, or an attacker, may have put anything into it. GRDB's own
// subscripts end the process on a value of another type, so that columns are read by these alone.
extension Row {
    /// Any whole number.
    func integer(_ index: Int) throws -> Int {
        guard let number = try optionalInteger(index) else { throw wrong(index, "a whole number") }
        return number
    }

    /// Any whole number; nil for NULL.
    func optionalInteger(_ index: Int) throws -> Int? {
        switch value(index) {
        case nil: return nil
        case .integer(let number): return number
        case .text, .other: throw wrong(index, "a whole number")
        }
    }

    /// A number of rows, bytes or requests.
    func count(_ index: Int) throws -> Int {
        let count = try integer(index)
        guard !Count.isAbsurd(count) else { throw wrong(index, "a number from 0 to \(Count.most)") }
        return count
    }

    func text(_ index: Int) throws -> String {
        guard let text = try optionalText(index) else { throw wrong(index, "a text") }
        return text
    }

    /// A text; nil for NULL.
    func optionalText(_ index: Int) throws -> String? {
        switch value(index) {
        case nil: return nil
        case .text(let text): return text
        case .integer, .other: throw wrong(index, "a text")
        }
    }

    /// Seconds since 1970, of the years 1 to 9999.
    func unix(_ index: Int) throws -> Int {
        guard let seconds = try optionalUnix(index) else { throw wrong(index, "a time") }
        return seconds
    }

    /// Seconds since 1970, of the years 1 to 9999; nil for NULL.
    func optionalUnix(_ index: Int) throws -> Int? {
        guard let seconds = try optionalInteger(index) else { return nil }
        guard Date.unixRange.contains(seconds) else { throw wrong(index, "a time of the years 1 to 9999") }
        return seconds
    }

    func date(_ index: Int) throws -> Date { Date(unix: try unix(index)) }

    func optionalDate(_ index: Int) throws -> Date? { try optionalUnix(index).map(Date.init(unix:)) }

    /// A window from two columns.
    ///
    /// - Throws: ``CatalogError/Code/corrupt`` where they hold no window.
    func window(_ from: Int, _ to: Int) throws -> Window {
        try Window(fromSeconds: integer(from), toSeconds: integer(to))
    }

    /// A window from two columns; nil where either is NULL.
    func optionalWindow(_ from: Int, _ to: Int) throws -> Window? {
        guard let from = try optionalInteger(from), let to = try optionalInteger(to) else { return nil }
        return try Window(fromSeconds: from, toSeconds: to)
    }

    /// Nil for NULL.
    private func value(_ index: Int) -> StoredValue? { self[index] }

    private func wrong(_ index: Int, _ expected: String) -> CatalogError {
        let value: DatabaseValue = self[index]
        let names = Array(columnNames)
        let shown = String("\(value)".prefix(40))
        return CatalogError(
            .corrupt, "the catalog is damaged: the column \(names[index]) holds \(shown), which is not \(expected)",
            hint: "make it again from the manifests with `octovault catalog rebuild`")
    }
}

/// A column's value by the type that it is stored as, read from SQLite without a step between: `DatabaseValue` takes
/// several times as long, which tells where a million windows are read.
private enum StoredValue: DatabaseValueConvertible, StatementColumnConvertible {
    case integer(Int)
    case text(String)
    case other

    init(sqliteStatement: SQLiteStatement, index: CInt) {
        switch sqlite3_column_type(sqliteStatement, index) {
        case SQLITE_INTEGER: self = .integer(Int(sqlite3_column_int64(sqliteStatement, index)))
        case SQLITE_TEXT:
            // The length is that of the text in UTF-8 once it was asked for.
            let text = sqlite3_column_text(sqliteStatement, index)
            let bytes = UnsafeBufferPointer(start: text, count: Int(sqlite3_column_bytes(sqliteStatement, index)))
            self = .text(String(decoding: bytes, as: UTF8.self))
        default: self = .other
        }
    }

    var databaseValue: DatabaseValue {
        switch self {
        case .integer(let number): number.databaseValue
        case .text(let text): text.databaseValue
        case .other: .null
        }
    }

    static func fromDatabaseValue(_ value: DatabaseValue) -> StoredValue? {
        switch value.storage {
        case .null: nil
        case .int64(let number): .integer(Int(number))
        case .string(let text): .text(text)
        case .double, .blob: .other
        }
    }
}

extension Date {
    /// The seconds since 1970 of the years 1 to 9999.
    static let unixRange = -62_135_596_800...253_402_300_799

    /// A time that a query of one column gave.
    ///
    /// - Throws: ``CatalogError/Code/corrupt`` outside of the years 1 to 9999.
    init(checkedUnix seconds: Int) throws {
        guard Self.unixRange.contains(seconds) else {
            throw CatalogError(
                .corrupt, "the catalog is damaged: it holds the time \(seconds), outside of the years 1 to 9999",
                hint: "make it again from the manifests with `octovault catalog rebuild`")
        }
        self.init(unix: seconds)
    }
}
