package import OctoparseAPI
import RowJSON

/// Looks at how a host answers rows behind a cursor, on a real task, and whether unexported rows can be fetched without
/// being marked. Nothing is marked.
package struct CursorProbe: Sendable {
    /// What was seen.
    package struct Findings: Sendable, Hashable {
        package enum Cursor: String, Sendable { case exclusive, inclusive, unknown }
        package enum Order: String, Sendable { case stable, unstable, unknown }

        /// Whether the host has rows behind a cursor.
        package var hasCursors = true
        package var rows = 0
        package var cursor = Cursor.unknown
        package var order = Order.unknown
        /// Whether the cursors are the numbers of rows; nil where the task has none.
        package var countsRows: Bool?
        /// The most rows that one answer held, of a thousand asked for, and their bytes.
        package var rowsPerAnswer = 0
        package var bytesPerAnswer = 0
        /// Rows not exported; nil where unexported rows cannot be fetched without being marked.
        package var unexported: Int?
        /// Requests made.
        package internal(set) var requests = 0

        init() {}
    }

    private let cursors: any CursorSource
    private let mayLack: Bool

    /// - Parameter mayLack: whether the host may do without rows behind a cursor, as those of the older API.
    package init(cursors: any CursorSource, mayLack: Bool) {
        self.cursors = cursors
        self.mayLack = mayLack
    }

    /// Five requests; two where the host has neither.
    ///
    /// - Throws: `APIError`; none for paths that the host may lack.
    package func run(task: String) async throws -> Findings {
        var found = Findings()
        do {
            try await lookAtCursors(task, &found)
        } catch let error as APIError where mayLack && error.isOfMissingPath {
            found.hasCursors = false
        }
        do {
            found.requests += 1
            found.unexported = try await cursors.fetchUnexported(task: task, size: 1).total
        } catch let error as APIError where mayLack && error.isOfMissingPath {
            found.unexported = nil
        }
        return found
    }

    private func lookAtCursors(_ task: String, _ found: inout Findings) async throws {
        func rows(behind cursor: String, _ size: Int) async throws -> CursorPage {
            found.requests += 1
            return try await cursors.rows(.all(task: task), behind: cursor, size: size)
        }
        let first = try await rows(behind: "0", 10)
        found.rows = first.total
        let again = try await rows(behind: "0", 10)
        if first.rows.count > 1, first.total == again.total {
            found.order = first.rows == again.rows ? .stable : .unstable
        }
        let whole = try await rows(behind: "0", 1000)
        found.rowsPerAnswer = whole.rows.count
        found.bytesPerAnswer = whole.rows.bytes.count
        guard !first.rows.isEmpty else { return }
        found.countsRows = first.next == String(first.rows.count)
        let next = try await rows(behind: first.next, 10)
        let rest = next.rows.count + next.restTotal - (next.total - first.total)
        found.cursor = rest == first.restTotal ? .exclusive : rest == first.restTotal + 1 ? .inclusive : .unknown
    }
}

extension APIError {
    /// Whether it stands for a path that the host does not have.
    fileprivate var isOfMissingPath: Bool { code == .wrongAPI || code == .unexpected }
}
