import OctoparseAPI
import RowJSON
import StorageTime

extension WindowReader {
    /// Makes sure that a server which heeds `from` and `to` counts nothing in a second at which nothing can be stored.
    ///
    /// - Parameter name: the second's, for messages.
    /// - Throws: ``SnapshotError/Code/intervalIgnored`` where rows are answered; ``SnapshotError/Code/totalIsOfTask``
    ///   where none are and the task's are counted; ``SnapshotError/Code/unstable`` where some are counted, again and
    ///   again.
    /// - Returns: the answer, which tells the server's time.
    @discardableResult
    func requireNothing(at instant: StorageInstant, _ name: String) async throws -> Page {
        var counted = 0
        for attempt in 1...configuration.attempts {
            if attempt > 1 { try await pause(attempt) }
            let page = try await count(from: instant, to: instant.advanced(by: 1))
            counted = page.total
            if counted == 0 { return page }
            guard page.rows.count == 0 else {
                throw SnapshotError(
                    .intervalIgnored,
                    "task \(task): the server counts \(counted) rows in the \(name) (\(instant)), so it does not heed from "
                        + "and to",
                    hint: "no window can be proven on this server; take `snapshot --source all` instead")
            }
            guard try await countTask() != counted else { throw totalIsOfTask(page, "the \(name)") }
        }
        throw SnapshotError(
            .unstable,
            "task \(task): the server counts \(counted) rows in the \(name) (\(instant)) and answers none, after "
                + "\(configuration.attempts) attempts",
            hint: "its windows stay due; take them again when the server has come to rest")
    }

    /// The error for a `total` that is the whole task's.
    func totalIsOfTask(_ page: Page, _ place: String) -> SnapshotError {
        SnapshotError(
            .totalIsOfTask,
            "task \(task): the server says total \(page.total) for \(place), which is the total of the whole task, and "
                + "gives \(page.rows.count) rows",
            hint: "this server does not count intervals, so no window can be proven; take `--source all` instead")
    }
}

extension StorageInstant {
    /// A time at which no row is stored yet; its year is one that servers with a four-digit calendar still take.
    static let farFuture = StorageInstant(year: 2999, month: 12, day: 31) ?? .latest
}
