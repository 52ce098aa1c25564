package import Archive
import Catalog
package import Foundation
import OctoparseAPI
package import StorageTime
package import Vault

/// Seals the gaps of a range of storage time, task by task.
package struct Backfill: Sendable {
    /// What a backfill is asked to do.
    package struct Request: Sendable {
        package var range: Window
        /// The grid that the range's gaps are cut on.
        package var step: Seconds
        /// Takes the windows that are there again, as revisions.
        package var isForced: Bool
        /// Whether to wait for a task that another process holds.
        package var waitsForLock: Bool
        /// The share of the range's windows to take; nil for all of them.
        package var shard: ShardPlan.Shard?

        package init(
            range: Window, step: Seconds, isForced: Bool = false, waitsForLock: Bool = true,
            shard: ShardPlan.Shard? = nil
        ) {
            self.range = range
            self.step = step
            self.isForced = isForced
            self.waitsForLock = waitsForLock
            self.shard = shard
        }

        /// What of a task is to be taken; nil for nothing of it.
        package func range(of task: TaskID) -> Window? {
            if let shard { shard.range(of: task) } else { range }
        }
    }

    private let connection: SnapshotConnection
    private let report: @Sendable (SnapshotEvent) -> Void

    package init(
        connection: SnapshotConnection, report: @escaping @Sendable (SnapshotEvent) -> Void = { _ in }
    ) {
        self.connection = connection
        self.report = report
    }

    /// What ``run(_:tasks:)`` would do for a task that was never backed up; nil where nothing of it is asked for.
    package static func plan(
        _ request: Request, task: TaskID, clock: StorageClock, settle: Seconds, now: Date
    ) -> BackfillPlan? {
        request.range(of: task).map { range in
            plan(request, range, coverage: Coverage(openFrom: clock.closedUntil(now: now, settle: settle)))
        }
    }

    /// What ``run(_:tasks:)`` would do for one task at `now`; needs no server. Nil where nothing of the task is asked
    /// for.
    ///
    /// - Parameters:
    ///   - host: the account's.
    ///   - settle: how long after its end a window is taken.
    package static func plan(
        _ request: Request, task: TaskID, in vault: SnapshotVault, host: String, clock: StorageClock, settle: Seconds,
        now: Date
    ) async throws -> BackfillPlan? {
        guard let range = request.range(of: task) else { return nil }
        let locked = try await vault.lock(task, wait: request.waitsForLock ? .polling() : .no)
        defer { locked.release() }
        return plan(
            request, range, coverage: try locked.coverage(host: host, clock: clock, settle: settle, now: now))
    }

    /// Takes what is due of each task, in the order given. One task's failure never stops another's, unless the
    /// account, the server or the vault is at fault.
    ///
    /// - Returns: what was done, also where the surrounding task is cancelled: then what was sealed until then.
    package func run(_ request: Request, tasks: [TaskID]) async -> BackfillSummary {
        let start = connection.now()
        var summary = BackfillSummary()
        for task in tasks {
            guard !Task.isCancelled else { break }
            guard let range = request.range(of: task) else { continue }
            do {
                let (part, stopped) = try await run(request, range, task: task)
                summary.add(part)
                if let stopped, FailureScope.stopsRun(stopped) { break }
            } catch is CancellationError {
                break
            } catch {
                summary.tasks += 1
                summary.failed.append(.init(task: task.text, window: range, error: error))
                report(.failed(task: task.text, window: range, error: error))
                if FailureScope.stopsRun(error) { break }
            }
        }
        summary.requests = connection.requestCount()
        summary.seconds = connection.now().timeIntervalSince(start)
        return summary
    }

    private func run(
        _ request: Request, _ range: Window, task: TaskID
    ) async throws -> (BackfillSummary, stopped: (any Error)?) {
        let locked = try await connection.vault.lock(
            task,
            wait: request.waitsForLock ? .polling(onHeld: { _ in report(.waiting(task: task.text)) }) : .no)
        defer { locked.release() }
        let coverage = try coverage(of: locked)
        let plan = Self.plan(request, range, coverage: coverage)
        let known = KnownWindows(coverage)
        var session = TaskSession(context: connection.context(report: report), locked: locked, known: known)
        session.recall()
        defer { session.remember() }
        session.summary.tasks = 1
        session.summary.open = plan.open
        session.summary.skipped = plan.skipped
        session.summary.windows = plan.open + plan.skipped + plan.windows.count
        report(.planned(task: task.text, windows: plan.windows.count))
        try session.claim(coverage.edgesOnly(in: range))
        guard let oldest = plan.windows.first else { return (session.summary, nil) }
        var stopped: (any Error)?
        do {
            try await session.checkServer()
            session.taskName = await connection.name(of: locked)
            try await session.findReached(plan.windows)
        } catch let error as CancellationError {
            throw error
        } catch let refusal {
            let error = await connection.explained(refusal, task)
            let rest = try Window(from: oldest.from, to: plan.windows.last?.to ?? oldest.to)
            session.summary.failed.append(.init(task: task.text, window: rest, error: error))
            report(.failed(task: task.text, window: rest, error: error))
            return (session.summary, error)
        }
        do {
            try await session.take(plan.windows)
            // What lies before a share that begins inside the range is another share.
            let first = plan.windows.filter { $0.from != range.from || range.from == request.range.from }
            try await session.takeStepsLeft(
                of: first, covered: coverage.covered.union(WindowSet(plan.windows)), step: request.step)
            session.summary.windows = max(
                session.summary.windows,
                plan.open + plan.skipped + session.attempted.count - session.attemptedEdges)
        } catch let error as StoppedTask {
            stopped = error.error
        } catch is CancellationError {
            stopped = nil
        }
        return (session.summary, stopped)
    }

    private func coverage(of locked: LockedTask) throws -> Coverage {
        try locked.coverage(
            host: connection.host, clock: connection.clock, settle: connection.settle, now: connection.now())
    }

    private static func plan(_ request: Request, _ range: Window, coverage: Coverage) -> BackfillPlan {
        BackfillPlan(
            range: range, step: request.step, covered: coverage.covered,
            again: request.isForced
                ? KnownWindows(coverage).all.filter { $0.overlaps(range) }
                : coverage.retakes(in: range),
            closedUntil: coverage.openFrom)
    }
}
