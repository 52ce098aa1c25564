package import Archive
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

    /// What became of all of them.
    package struct Summary: Sendable {
        package internal(set) var reports: [PruneReport] = []
        /// Tasks that another process holds.
        package internal(set) var locked: [TaskID] = []
        package internal(set) var failed: [(task: TaskID, error: any Error)] = []
        /// What taking the tasks found and put right.
        package internal(set) var notices: [Notice] = []
    }

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

    /// One task's failure never stops another's.
    ///
    /// - Returns: what was done, also where the surrounding task is cancelled: then what was done until then.
    package func run(_ requests: [Request], progress: (PruneReport) -> Void = { _ in }) async -> Summary {
        var summary = Summary()
        for request in requests {
            guard !Task.isCancelled else { break }
            var task: TaskID?
            do {
                let id = try TaskID(request.series.task)
                task = id
                let locked = try await vault.lock(id, wait: wait)
                defer { locked.release() }
                summary.notices += locked.notices
                let report = try locked.prune(
                    request.series, request.policy, includingIrreplaceable: includingIrreplaceable, isDryRun: isDryRun)
                summary.reports.append(report)
                progress(report)
            } catch is CancellationError {
                break
            } catch let error as VaultError where error.code == .locked {
                if let task, !summary.locked.contains(task) { summary.locked.append(task) }
            } catch {
                if let task { summary.failed.append((task, error)) }
            }
        }
        return summary
    }
}
