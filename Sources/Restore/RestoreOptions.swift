/// How rows are written.
public enum RestoreFormat: String, Sendable, Hashable, CaseIterable {
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
}

/// What to write of each row, and how.
public struct RestoreOptions: Sendable, Hashable {
    public var format: RestoreFormat
    /// The columns to write, in this order; nil for all, in the order in which they were first seen.
    public var columns: [String]?
    /// Begin with a byte order mark, and put an apostrophe before text that a spreadsheet would run as a formula.
    public var excel: Bool
    /// End lines with CR LF instead of LF.
    public var crlf: Bool

    /// - Throws: ``RestoreError/Code/badOption`` for `excel` or `crlf` with a JSON format.
    public init(
        format: RestoreFormat = .csv, columns: [String]? = nil, excel: Bool = false, crlf: Bool = false
    ) throws(RestoreError) {
        let isText = format == .csv || format == .tsv
        guard isText || (!excel && !crlf) else {
            throw RestoreError(
                .badOption, "\(excel ? "--excel" : "--crlf") is for csv and tsv, and the format is \(format.rawValue)")
        }
        self.format = format
        self.columns = columns
        self.excel = excel
        self.crlf = crlf
    }
}
