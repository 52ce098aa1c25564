package import Restore

/// What is told while tasks are restored.
package struct RestoreObserver: Sendable {
    let progress: @Sendable (Restorer.Progress) -> Void
    /// Called for a task that was not restored, where the others go on.
    let failed: @Sendable (any Error, _ task: String) throws -> Void

    package init(
        progress: @escaping @Sendable (Restorer.Progress) -> Void,
        failed: @escaping @Sendable (any Error, _ task: String) throws -> Void
    ) {
        self.progress = progress
        self.failed = failed
    }
}
