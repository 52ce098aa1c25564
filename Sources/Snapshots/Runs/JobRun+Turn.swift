import Archive
import Catalog
import Foundation
import Jobs
import Records
import StorageTime
import Vault

extension JobRun {
    /// One turn of one task, with its lock held.
    func take(_ turn: TurnOrder.Turn, of task: RunTask, _ progress: TaskProgress, _ shared: SharedState) async
        -> TurnResult
    {
        var result = TurnResult(progress: progress)
        do {
            if turn.isRetry { try await connection.sleep(Self.lockPause) }
            let locked = try await connection.vault.lock(task.id, wait: .no)
            defer { locked.release() }
            try await take(turn, of: task, locked, shared, &result)
        } catch let error as VaultError where error.code == .locked {
            if !turn.isRetry { report(.waiting(task: task.id.text)) }
            result.ending = .held
        } catch is CancellationError {
            result.ending = .more
        } catch let error as StoppedTask {
            result.stop = error.error
        } catch {
            result.stop = error
            result.summary.failed.append(.init(task: task.id.text, window: nil, error: error))
            report(.failed(task: task.id.text, window: nil, error: error))
        }
        return result
    }

    private func take(
        _ turn: TurnOrder.Turn, of task: RunTask, _ locked: LockedTask, _ shared: SharedState,
        _ result: inout TurnResult
    ) async throws {
        let rules = task.rules
        let now = shared.serverNow.now
        let coverage = try locked.coverage(
            host: connection.host, clock: connection.clock, settle: rules.settle, now: now)
        let plan = RunPlan(
            rules: rules, firstRunAt: firstRunAt, coverage: coverage, counted: try counted(task.id),
            attempted: result.progress.attempted, clock: connection.clock, now: now, limit: turn.limit)
        guard !plan.windows.isEmpty || !plan.recheck.isEmpty || !plan.edgesOnly.isEmpty else { return }
        var session = TaskSession(
            context: context(for: rules, shared, sharers: turn.sharers), locked: locked, taskName: task.name,
            known: KnownWindows(coverage), memory: result.progress.memory)
        session.recall(trustsLooks: true)
        defer {
            session.remember()
            result.progress.memory = session.memory
            result.progress.attempted = result.progress.attempted.union(WindowSet(session.attempted))
            result.summary = session.summary
        }
        try session.claim(plan.edgesOnly)
        guard !plan.windows.isEmpty || !plan.recheck.isEmpty else { return }
        report(.planned(task: task.id.text, windows: plan.windows.count))
        do {
            try await session.checkServer()
            if task.name.isEmpty { session.taskName = await connection.name(of: locked) }
        } catch {
            throw try session.fail(await connection.explained(error, task.id), all: plan)
        }
        if !plan.hasMore { session.recheck = plan.recheck }
        try await session.take(plan.windows)
        let covered = coverage.covered.union(WindowSet(plan.windows))
        try await session.takeStepsLeft(of: plan.windows, covered: covered, step: rules.window)
        if !plan.hasMore, mayGoOn() { try await session.countAgain() }
        if plan.hasMore || !mayGoOn() && (session.attempted.count < plan.windows.count || !plan.recheck.isEmpty) {
            result.ending = .more
        }
    }

    private func counted(_ task: TaskID) throws -> [RecheckRecord] {
        try connection.vault.catalog.rechecks(of: task.text, source: .storageTime, host: connection.host)
    }

    private func context(for rules: TakingRules, _ shared: SharedState, sharers: Int) -> SessionContext {
        var context = SessionContext(
            connection, settle: rules.settle, encoders: shared.encoders, serverNow: shared.serverNow,
            mayGoOn: mayGoOn, report: report)
        context.configuration.pageSize = rules.pageSize
        context.configuration.proof = rules.proof
        context.configuration.concurrency = max(1, connection.configuration.concurrency / max(1, sharers))
        return context
    }

    /// How long to wait before a task that another process has is asked for again.
    private static let lockPause = Duration.milliseconds(250)
}
