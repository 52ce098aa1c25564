package import RowJSON

/// The last answer before the cursor of an increment's end: from its own cursor, the end can be read across again.
///
/// As JSON: `"last_answer":{"after":"1024","rows":100,"ends_with":["0f1e2d3c4b5a6978"]}`.
package struct LastAnswer: Sendable, Hashable {
    /// The cursor that it was asked behind.
    package var after: String
    /// How many rows lie between that cursor and the end.
    package var rows: Int
    /// The first 16 hex digits of the SHA-256 of the last rows before the end, the oldest first; 8 at most.
    package var endsWith: [String]

    /// Rows whose marks are kept.
    package static let mostMarks = 8

    package init(after: String, rows: Int, endsWith: [String]) {
        self.after = after
        self.rows = rows
        self.endsWith = endsWith
    }

    /// The marks of rows, in their order.
    package static func marks(of rows: RowBlock) -> [String] {
        var marks: [String] = []
        marks.reserveCapacity(rows.count)
        rows.forEachRow { row in
            let digits = String(RowHash(of: row).leadingWords.0, radix: 16)
            marks.append(String(repeating: "0", count: 16 - digits.utf8.count) + digits)
        }
        return marks
    }

    /// The marks of a block's last rows, behind those of the rows before it.
    package static func marks(_ before: [String], then rows: RowBlock) -> [String] {
        let last = rows.slice(max(0, rows.count - mostMarks)..<rows.count)
        return Array((before + marks(of: last)).suffix(mostMarks))
    }
}
