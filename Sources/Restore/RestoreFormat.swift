/// How rows are written.
package enum RestoreFormat: String, Sendable, Hashable, CaseIterable {
    /// RFC 4180: values with commas, quotes or line ends are quoted; null and absent are empty, an empty text is `""`.
    case csv
    /// A line a row, tabs between values, nothing quoted, so that `cut` and `awk` read it as it is. Inside values tab,
    /// line feed, carriage return and backslash are written `\t`, `\n`, `\r` and `\\`. Null, absent and an empty text
    /// are all empty.
    case tsv
    /// A JSON object a line: the archived bytes, or of them the fields of the columns chosen.
    case ndjson
    /// One JSON array, an object a line.
    case json
    /// A SQLite database: a table a task, every column TEXT, null and absent NULL, and the columns `_window_from` and
    /// `_window_to` with an index on them.
    case sqlite

    /// The format that a file's name asks for by its ending, and whether it is to be compressed; nil for the format
    /// where the name does not say.
    package static func named(_ fileName: String) -> (format: RestoreFormat?, gzip: Bool) {
        var name = fileName.lowercased()[...]
        let gzip = name.hasSuffix(".gz")
        if gzip { name = name.dropLast(3) }
        guard let dot = name.lastIndex(of: ".") else { return (nil, gzip) }
        let format: RestoreFormat? =
            switch name[name.index(after: dot)...] {
            case "csv": .csv
            case "tsv", "tab": .tsv
            case "ndjson", "jsonl": .ndjson
            case "json": .json
            case "db", "sqlite", "sqlite3": .sqlite
            default: nil
            }
        return (format, gzip)
    }

    /// The ending of a file of this format, with its dot.
    var ending: String { self == .sqlite ? ".db" : ".\(rawValue)" }
}
