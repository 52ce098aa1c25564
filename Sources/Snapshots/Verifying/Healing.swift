package import Archive
import Foundation
package import StorageTime
import Vault

/// Takes windows again that were damaged: with what could be saved of them, and what the API still has.
package struct Healing: Sendable {
    private let connection: SnapshotConnection
    private let report: @Sendable (SnapshotEvent) -> Void

    package init(
        connection: SnapshotConnection, report: @escaping @Sendable (SnapshotEvent) -> Void = { _ in }
    ) {
        self.connection = connection
        self.report = report
    }

    /// Takes those of `windows` that are closed and not covered, each as it is.
    ///
    /// - Returns: what was done, also where the surrounding task is cancelled. One task's failure never stops
    ///   another's, unless the account, the server or the vault is at fault.
    package func run(_ windows: [TaskID: [Window]]) async -> BackfillSummary {
        let start = connection.now()
        var summary = BackfillSummary()
        for (task, windows) in windows.sorted(by: { $0.key < $1.key }) {
            guard !Task.isCancelled else { break }
            do {
                try await take(windows, of: task, &summary)
            } catch is CancellationError {
                break
            } catch let error as StoppedTask {
                if FailureScope.stopsRun(error.error) { break }
            } catch {
                summary.failed.append(.init(task: task.text, window: nil, error: error))
                if FailureScope.stopsRun(error) { break }
            }
        }
        summary.requests = connection.requestCount()
        summary.seconds = connection.now().timeIntervalSince(start)
        return summary
    }

    private func take(_ wanted: [Window], of task: TaskID, _ summary: inout BackfillSummary) async throws {
        let locked = try await connection.vault.lock(
            task, wait: .polling(onHeld: { _ in report(.waiting(task: task.text)) }))
        defer { locked.release() }
        let coverage = try locked.coverage(
            host: connection.host, clock: connection.clock, settle: connection.settle, now: connection.now())
        let due = Set(wanted).union(coverage.damaged).filter { window in
            window.to <= coverage.openFrom && coverage.covered.parts(in: window).isEmpty
        }.sorted()
        summary.tasks += 1
        summary.windows += due.count
        report(.planned(task: task.text, windows: due.count))
        guard !due.isEmpty else { return }
        var session = TaskSession(
            context: connection.context(report: report), locked: locked, known: KnownWindows(coverage))
        session.recall()
        defer {
            session.remember()
            summary.add(session.summary)
        }
        try await session.checkServer()
        session.taskName = await connection.name(of: locked)
        try await session.take(due)
    }
}
