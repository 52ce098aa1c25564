import Archive
import OctoparseAPI
import RowJSON

extension CursorReader {
    /// Reads all rows from the first one on, under a total that must not move.
    ///
    /// - Returns: whether one answer held them all, and how many rows there are.
    /// - Throws: ``SnapshotError/Code/unstable`` where rows moved; ``SnapshotError/Code/cursorUnusable``.
    func readAll(_ deliver: (RowBlock, _ read: Int, _ total: Int) throws -> Void) async throws -> (
        isOneAnswer: Bool, rows: Int
    ) {
        var ledger = CursorLedger(held: 0)
        var cursor = CursorRange.start
        var seam = CursorSeam.start
        var rows = 0
        var total: Int?
        var answers = 0
        while answers < context.configuration.mostRequests {
            let found: Found
            do {
                found = try await ask(behind: cursor, ledger, &seam)
            } catch let refused as CursorRefused {
                throw unusable("its cursor is refused (\(refused.error.message))", at: cursor)
            }
            answers += 1
            if case .contradicts(let reason) = found.judgement { throw unusable(reason, at: cursor) }
            guard found.isProven, found.lost == 0 else { throw unstable("rows moved while they were read") }
            if let total, total != found.answer.total {
                throw unstable("its total moved from \(total) to \(found.answer.total) between answers")
            }
            total = found.answer.total
            ledger.accept(found.answer)
            rows += found.newRows.count
            try deliver(found.newRows, rows, found.answer.total)
            if found.answer.rest == 0 {
                guard rows == found.answer.total else { throw unstable("\(rows) rows came of \(found.answer.total)") }
                return (answers == 1, rows)
            }
            seam.advance(found)
            cursor = found.answer.next
        }
        throw SnapshotError(
            .tooMuch, "task \(query.task), \(what): no end came within \(answers) answers",
            hint: "take increments of it: `octovault snapshot --source increments`")
    }
}
