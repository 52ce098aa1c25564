package import OctoparseAPI
import RowJSON

/// Looks at how a host answers rows behind a cursor, on a real task. Nothing on the server changes.
package struct CursorProbe: Sendable {
    /// What was seen.
    package struct Findings: Sendable, Hashable {
        package enum Cursor: String, Sendable { case exclusive, inclusive, unknown }
        package enum Order: String, Sendable { case stable, unstable, unknown }

        package var rows = 0
        package var cursor = Cursor.unknown
        package var order = Order.unknown
        /// Whether the cursors are the numbers of rows.
        package var countsRows: Bool?
        /// The most rows that one answer held, of a thousand asked for.
        package var rowsPerAnswer = 0
        /// Rows not exported; nil where unexported rows cannot be fetched without being marked.
        package var unexported: Int?

        init() {}
    }

    private let cursors: any CursorSource

    package init(cursors: any CursorSource) { self.cursors = cursors }

    /// Six requests.
    ///
    /// - Throws: `APIError`, where the host has no rows behind a cursor for one.
    package func run(task: String) async throws -> Findings {
        var found = Findings()
        let first = try await cursors.rows(.all(task: task), behind: "0", size: 10)
        found.rows = first.total
        let again = try await cursors.rows(.all(task: task), behind: "0", size: 10)
        if first.rows.count > 1, first.total == again.total {
            found.order = first.rows == again.rows ? .stable : .unstable
        }
        let whole = try await cursors.rows(.all(task: task), behind: "0", size: 1000)
        found.rowsPerAnswer = whole.rows.count
        if !first.rows.isEmpty {
            found.countsRows = first.next == String(first.rows.count)
            let next = try await cursors.rows(.all(task: task), behind: first.next, size: 10)
            let rest = next.rows.count + next.restTotal - (next.total - first.total)
            found.cursor =
                rest == first.restTotal ? .exclusive : rest == first.restTotal + 1 ? .inclusive : .unknown
        }
        do {
            found.unexported = try await cursors.fetchUnexported(task: task, size: 1).total
        } catch let error as APIError where error.code == .wrongAPI || error.code == .unexpected {
            found.unexported = nil
        }
        return found
    }
}
