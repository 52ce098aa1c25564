package import Archive
import Foundation
import Records
import Jobs
package import Snapshots
package import StorageTime
import Vault

/// Each returns what was done or found until then where the surrounding task is cancelled, and throws `APIError` for an
/// account that no client can be made for.
extension AccountSession {
    /// Seals the gaps of a range, task by task.
    package func backfill(
        _ request: Backfill.Request, tasks: [TaskID], report: @escaping @Sendable (SnapshotEvent) -> Void
    ) async throws -> BackfillSummary {
        try requireWindows()
        return try await connected { await Backfill(connection: $0, report: report).run(request, tasks: tasks) }
    }

    /// What a backfill would take of one task, nil where nothing of it is asked for; asks the server nothing.
    package func backfillPlan(_ request: Backfill.Request, task: TaskID) async throws -> BackfillPlan? {
        try requireWindows()
        guard let vault else {
            return Backfill.plan(request, task: task, clock: account.storageClock, settle: settle, now: Date())
        }
        return try await Backfill.plan(
            request, task: task, in: vault, host: account.host, clock: account.storageClock, settle: settle, now: Date()
        )
    }

    /// - Throws: ``Problem`` where the account's API has no windows.
    private func requireWindows() throws {
        if account.dialect == .openAPI { throw Problem.noWindows(of: account) }
    }

    /// One capture of a source without windows, task by task.
    package func capture(
        _ request: CaptureRun.Request, tasks: [TaskID], report: @escaping @Sendable (CaptureEvent) -> Void
    ) async throws -> [CaptureOutcome] {
        var request = request
        request.unexported = account.unexported
        return try await connected { [request] in
            await CaptureRun(connection: $0, report: report).run(request, tasks: tasks)
        }
    }

    /// Takes windows again that were damaged.
    package func retake(
        _ windows: [TaskID: [Window]], report: @escaping @Sendable (SnapshotEvent) -> Void
    ) async throws -> BackfillSummary {
        try await connected { await Healing(connection: $0, report: report).run(windows) }
    }

    /// Counts windows again at the API.
    ///
    /// - Parameters:
    ///   - tasks: nil for all that the vault holds.
    ///   - isDeep: whether the rows are fetched and compared as well.
    package func compareWindows(
        of tasks: [TaskID]?, in range: Window?, isDeep: Bool, progress: @escaping @Sendable (RemoteReport) -> Void
    ) async throws -> RemoteReport {
        let tasks = try tasks ?? vault?.storedTasks() ?? []
        return try await connected {
            await RemoteCheck(connection: $0, isDeep: isDeep, progress: progress).run(tasks, in: range)
        }
    }

    /// Compares the cloud's total of each task with what the vault covers.
    ///
    /// - Parameter tasks: nil for all that the vault holds.
    package func reconcile(
        _ tasks: [TaskID]?, progress: @escaping @Sendable (RemoteReport) -> Void
    ) async throws -> ReconciliationReport {
        let tasks = try tasks ?? vault?.storedTasks() ?? []
        return try await connected { await Reconciler(connection: $0, progress: progress).run(tasks) }
    }
}
