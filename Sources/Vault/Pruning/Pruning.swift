import Archive
package import Catalog
import StorageTime

/// Prunes tasks one after the other, each with its lock held.
package struct Pruning: Sendable {
    /// A task's rows of one source, and what of them stays.
    package struct Request: Sendable {
        package var series: Series
        package var policy: KeepPolicy

        package init(series: Series, policy: KeepPolicy) {
            self.series = series
            self.policy = policy
        }
    }

    package typealias Summary = TaskWork<PruneReport>

    private let vault: SnapshotVault
    private let includingIrreplaceable: Bool
    private let isDryRun: Bool
    private let wait: LockWait

    /// - Parameters:
    ///   - includingIrreplaceable: removes also what the cloud may not have any more.
    ///   - isDryRun: says what would be done, and changes nothing.
    package init(vault: SnapshotVault, includingIrreplaceable: Bool, isDryRun: Bool, wait: LockWait) {
        self.vault = vault
        self.includingIrreplaceable = includingIrreplaceable
        self.isDryRun = isDryRun
        self.wait = wait
    }

    /// A disk that fills up after the vault was opened keeps the index from being written: a private one takes its
    /// place.
    private func take(_ task: TaskID) async throws -> LockedTask {
        do {
            return try await vault.lock(task, wait: wait)
        } catch let error as VaultError where error.cause is CatalogError && error.code == .cannotWrite && !isDryRun {
            vault.adopt(try vault.catalog.privateCopy())
            return try await vault.lock(task, wait: wait)
        }
    }

    /// One task's failure never stops another's.
    ///
    /// - Returns: what was done, also where the surrounding task is cancelled: then what was done until then.
    package func run(_ requests: [Request], progress: (PruneReport) -> Void = { _ in }) async -> Summary {
        let items = requests.compactMap { request in (try? TaskID(request.series.task)).map { ($0, request) } }
        let summary = await vault.work(on: items, taking: take) { locked, request in
            let report = try locked.prune(
                request.series, request.policy, includingIrreplaceable: includingIrreplaceable, isDryRun: isDryRun)
            progress(report)
            return report
        }
        if !isDryRun { bringIndexUpToDate(items.map(\.0)) }
        return summary
    }

    /// Where there was no room to write the index, there may be now. What cannot be written yet, the next command that
    /// takes these tasks writes.
    private func bringIndexUpToDate(_ tasks: [TaskID]) {
        guard (try? vault.returnToCatalogFile()) == true else { return }
        for task in Set(tasks) { (try? vault.lockIfFree(task))?.release() }
    }
}
