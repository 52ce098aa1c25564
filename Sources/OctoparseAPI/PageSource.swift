package import Foundation
import Records
package import RowJSON
package import StorageTime

/// Which rows to page through.
package enum PageQuery: Sendable, Hashable {
    /// Rows stored from `from` to `to`; whether either edge is included, the server does not say. Equal edges ask for
    /// one instant.
    case storageTime(task: String, from: StorageInstant, to: StorageInstant)
    /// Everything the task holds.
    case all(task: String)
    /// The newest cloud run only.
    case lastExtraction(task: String)

    /// The task's id as the caller gave it.
    package var task: String {
        switch self {
        case .storageTime(let task, _, _), .all(let task), .lastExtraction(let task): task
        }
    }
}

/// One answer of a data endpoint.
package struct Page: Sendable {
    /// The rows of the whole query, as the server counts them; for `unexported`, those that were unexported. Never
    /// negative; never below `rows.count`, except for `unexported`, whose answers are too precious to refuse over a
    /// count.
    package let total: Int
    /// The rows of this page, in the server's order. Their number is what counts.
    package let rows: RowBlock
    /// Rows in which a raw control character was escaped.
    package let repaired: Int
    /// What the server's clock said when it answered.
    package let serverDate: Date?
    /// Requests that it took: 1 and the retries.
    package let attempts: Int

    package init(total: Int, rows: RowBlock, repaired: Int = 0, serverDate: Date? = nil, attempts: Int = 1) {
        self.total = total
        self.rows = rows
        self.repaired = repaired
        self.serverDate = serverDate
        self.attempts = attempts
    }
}

/// The seam between those who take windows and those who speak HTTP.
package protocol PageSource: Sendable {
    /// One page of a query. Transient errors have been retried when this throws.
    ///
    /// - Parameters:
    ///   - index: starts at 1.
    ///   - size: 1 to 1000 rows.
    /// - Throws: ``APIError``, or `CancellationError`.
    func page(_ query: PageQuery, index: Int, size: Int) async throws -> Page

    /// The oldest rows not exported yet. Answering marks them as exported, so a call is never repeated once its request
    /// may have reached the server.
    ///
    /// - Parameter size: 1 to 1000 rows.
    /// - Throws: ``APIError``, or `CancellationError`.
    func unexported(task: String, size: Int) async throws -> Page
}
