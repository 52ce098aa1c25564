package import Archive
package import StorageTime

/// Compacts tasks one after the other, each with its lock held.
package struct Compaction: Sendable {
    /// A task, and the end of what nobody counts again any more.
    package struct Request: Sendable {
        package var task: TaskID
        package var closedUntil: StorageInstant

        package init(task: TaskID, closedUntil: StorageInstant) {
            self.task = task
            self.closedUntil = closedUntil
        }
    }

    /// What became of all tasks.
    package struct Summary: Sendable {
        package internal(set) var reports: [CompactionReport] = []
        /// Tasks that another process holds.
        package internal(set) var locked: [TaskID] = []
        package internal(set) var failed: [(task: TaskID, error: any Error)] = []
        /// What taking the tasks found and put right.
        package internal(set) var notices: [Notice] = []
    }

    private let vault: SnapshotVault
    private let tool: String
    private let isDryRun: Bool
    private let wait: LockWait

    /// - Parameters:
    ///   - tool: the program's name and version, for manifests.
    ///   - isDryRun: says what would be done, and changes nothing.
    package init(vault: SnapshotVault, tool: String, isDryRun: Bool, wait: LockWait) {
        self.vault = vault
        self.tool = tool
        self.isDryRun = isDryRun
        self.wait = wait
    }

    /// One task's failure never stops another's.
    ///
    /// - Returns: what was done, also where the surrounding task is cancelled: then what was done until then.
    package func run(_ requests: [Request], progress: (CompactionReport) -> Void = { _ in }) async -> Summary {
        var summary = Summary()
        for request in requests {
            guard !Task.isCancelled else { break }
            do {
                let locked = try await vault.lock(request.task, wait: wait)
                defer { locked.release() }
                summary.notices += locked.notices
                summary.reports.append(
                    try locked.compact(
                        closedUntil: request.closedUntil, tool: tool, isDryRun: isDryRun, progress: progress))
            } catch is CancellationError {
                break
            } catch let error as VaultError where error.code == .locked {
                summary.locked.append(request.task)
            } catch {
                summary.failed.append((request.task, error))
            }
        }
        return summary
    }
}
