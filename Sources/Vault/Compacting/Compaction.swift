public import Archive
public import StorageTime

/// Compacts tasks one after the other, each with its lock held.
public struct Compaction: Sendable {
    /// A task, and the end of what nobody counts again any more.
    public struct Request: Sendable {
        public var task: TaskID
        public var closedUntil: StorageInstant

        public init(task: TaskID, closedUntil: StorageInstant) {
            self.task = task
            self.closedUntil = closedUntil
        }
    }

    /// What became of all tasks.
    public struct Summary: Sendable {
        public internal(set) var reports: [CompactionReport] = []
        /// Tasks that another process holds.
        public internal(set) var locked: [TaskID] = []
        public internal(set) var failed: [(task: TaskID, error: any Error)] = []
        /// What taking the tasks found and put right.
        public internal(set) var notices: [Notice] = []
    }

    private let vault: SnapshotVault
    private let tool: String
    private let isDryRun: Bool
    private let wait: LockWait

    /// - Parameters:
    ///   - tool: the program's name and version, for manifests.
    ///   - isDryRun: says what would be done, and changes nothing.
    public init(vault: SnapshotVault, tool: String, isDryRun: Bool, wait: LockWait) {
        self.vault = vault
        self.tool = tool
        self.isDryRun = isDryRun
        self.wait = wait
    }

    /// One task's failure never stops another's.
    ///
    /// - Returns: what was done, also where the surrounding task is cancelled: then what was done until then.
    public func run(_ requests: [Request], progress: (CompactionReport) -> Void = { _ in }) async -> Summary {
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
