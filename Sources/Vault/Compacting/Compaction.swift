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

    package typealias Summary = TaskWork<CompactionReport>

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
        await vault.work(on: requests.map { ($0.task, $0) }, taking: { try await vault.lock($0, wait: wait) }) {
            locked, request in
            try locked.compact(closedUntil: request.closedUntil, tool: tool, isDryRun: isDryRun, progress: progress)
        }
    }
}
