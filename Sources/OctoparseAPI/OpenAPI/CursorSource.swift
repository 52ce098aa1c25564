package import Foundation
package import RowJSON

/// Which rows to read by a cursor.
package enum CursorQuery: Sendable, Hashable {
    /// Everything the task holds.
    case all(task: String)
    /// The rows of one extraction run, by its number as text: it is beyond what a number holds.
    case lot(task: String, number: String)

    /// The task's id as the caller gave it.
    package var task: String {
        switch self {
        case .all(let task), .lot(let task, _): task
        }
    }
}

/// One answer of rows behind a cursor.
package struct CursorPage: Sendable {
    /// The rows of the whole query, as the server counts them; never negative.
    package let total: Int
    /// What the server says is left behind this answer; never negative.
    package let restTotal: Int
    /// The cursor behind the last row: opaque text, where it is no number.
    package let next: String
    /// In the server's order, which is said to be that of storing.
    package let rows: RowBlock
    package let repaired: Int
    package let serverDate: Date?
    /// Requests that it took: 1 and the retries.
    package let attempts: Int

    package init(
        total: Int, restTotal: Int, next: String, rows: RowBlock, repaired: Int = 0, serverDate: Date? = nil,
        attempts: Int = 1
    ) {
        self.total = total
        self.restTotal = restTotal
        self.next = next
        self.rows = rows
        self.repaired = repaired
        self.serverDate = serverDate
        self.attempts = attempts
    }
}

/// The seam between those who take increments and those who speak HTTP.
package protocol CursorSource: Sendable {
    /// The rows behind a cursor. Transient errors have been retried when this throws.
    ///
    /// - Parameters:
    ///   - cursor: `0`, or the ``CursorPage/next`` of an answer.
    ///   - size: 1 to 1000 rows.
    /// - Throws: ``APIError``, or `CancellationError`.
    func rows(_ query: CursorQuery, behind cursor: String, size: Int) async throws -> CursorPage

    /// The oldest rows not exported yet, without marking them.
    ///
    /// - Throws: ``APIError``, or `CancellationError`.
    func fetchUnexported(task: String, size: Int) async throws -> Page

    /// Marks as exported what was fetched. Never repeated once its request may have reached the server.
    ///
    /// - Throws: ``APIError``, or `CancellationError`.
    func markExported(task: String) async throws
}
