package import Foundation
import Records

/// Whether the server has marked a batch of unexported rows, which were fetched first, as exported.
///
/// As JSON: `"mark":{"total":1500,"confirmed":false}`.
package struct ExportMark: Sendable, Hashable {
    /// How many rows were unexported when the batch was fetched, its own among them.
    package var total: Int
    /// Whether an answer since has shown that the rows are marked.
    package var isConfirmed: Bool

    package init(total: Int, isConfirmed: Bool = false) {
        self.total = total
        self.isConfirmed = isConfirmed
    }
}

/// Which stretch of a task's rows, in the order of storing, an increment is, and what was left behind it.
///
/// As JSON: `"range":{"after":"0","through":"1124"},"rest_total":0,"walked_at":null`. Cursors are opaque text. An
/// increment whose `after` is `0` begins at the first row; one that a walk from 0 left holds only the rows that no
/// increment before it had.
package struct CursorRange: Sendable, Hashable {
    package var after: String
    package var through: String
    /// What the server said was left behind the last row.
    package var restTotal: Int
    /// When all rows were last read from the first one on; whole seconds.
    package var walkedAt: Date? { didSet { walkedAt = walkedAt?.wholeSecond } }
    /// How the rows before the end end; nil where it was not noted.
    package var lastAnswer: LastAnswer?

    /// The cursor of a task's first row.
    package static let start = "0"

    package init(after: String, through: String, restTotal: Int = 0, walkedAt: Date? = nil) {
        self.after = after
        self.through = through
        self.restTotal = restTotal
        self.walkedAt = walkedAt?.wholeSecond
    }

    /// Whether a cursor is a whole number, of any length.
    package static func isNumber(_ cursor: String) -> Bool {
        !cursor.isEmpty && cursor.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }

    /// Whether a cursor lies before another one, where both are whole numbers.
    package static func isBefore(_ one: String, _ other: String) -> Bool {
        guard isNumber(one), isNumber(other) else { return false }
        let (one, other) = (significantDigits(one), significantDigits(other))
        return one.utf8.count == other.utf8.count ? one < other : one.utf8.count < other.utf8.count
    }

    private static func significantDigits(_ number: String) -> Substring {
        let rest = number.drop { $0 == "0" }
        return rest.isEmpty ? number.suffix(1) : rest
    }
}
