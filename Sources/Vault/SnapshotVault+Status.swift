package import Archive
package import Catalog
package import Foundation
package import Records
package import StorageTime

extension SnapshotVault {
    /// What is there of each task, from the index: one element a task, source and host, in that order.
    ///
    /// - Parameters:
    ///   - tasks: nil for all.
    ///   - clock: the account's, with its present zone: a window captured before it was closed by it is a gap.
    ///   - settle: how long after its end a window counts as closed.
    ///   - now: the present instant, for ``TaskStatus/openFrom``.
    ///   - given: what is read in place of the vault's own index, for those who look at no folder.
    ///   - memory: what earlier calls on that catalog read.
    /// - Complexity: one pass over the index of windows, at more than a million a second; with a memory, over those of
    ///   the series written to since.
    package func status(
        tasks: [TaskID]? = nil, source: RowSource? = nil, clock: StorageClock, settle: Seconds, now: Date,
        in given: SnapshotCatalog? = nil, remembering memory: StatusMemory? = nil
    ) throws(VaultError) -> [TaskStatus] {
        // No capture is older than the API, and none is to be later than now.
        let epoch = Date(timeIntervalSince1970: 1_262_304_000)
        let closing = ClosingTable(clock: clock, settle: settle, instants: epoch...max(now, epoch))
        let openFrom = clock.closedUntil(now: now, settle: settle)
        return try vaultErrors {
            try (given ?? index(of: tasks)).status(
                tasks: tasks?.map(\.text), source: source, closing: closing, remembering: given == nil ? nil : memory
            ).map { TaskStatus($0, openFrom: openFrom) }
        }
    }
}
