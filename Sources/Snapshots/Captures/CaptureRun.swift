package import Archive
import Catalog
import Jobs
import OctoparseAPI
package import Records
package import StorageTime
import Vault

/// Captures sources that have no windows, task by task.
///
/// `all` and `last-extraction` are paged whole, twice at different page sizes, and both passes must hold the same rows.
/// A capture whose rows are those of the newest one before is not stored again: that one's manifest gets the moment as
/// `rechecked_at`, so the vault alone tells when each capture was last seen to hold.
///
/// `unexported` is drained in batches, each a capture that is on the device before the next is asked for; see
/// ``UnexportedDrain``.
package struct CaptureRun: Sendable {
    /// What a run is asked to do.
    package struct Request: Sendable, Hashable {
        package var source: CaptureSource
        /// Unexported rows asked for in one answer, 1 to 1000: the most that a lost answer loses. Nil is few where it
        /// may lose some, and as many as may be where it loses none.
        package var batch: Int?
        /// Whether to wait for a task that another process holds.
        package var waitsForLock: Bool
        /// Rows asked for in one answer of the other sources; nil is the connection's.
        var pageSize: Int?
        /// How long after all rows of a task were last read from the first one on that is done again; nil is never.
        package var walksAgainAfter: Seconds?
        /// How unexported rows are drained; nil is what the host's first answer says.
        package var unexported: DrainMode?
        /// The run that a capture of a lot is of.
        package var lot: String?

        package init(source: CaptureSource, batch: Int? = nil, waitsForLock: Bool = true) {
            self.source = source
            self.batch = batch
            self.waitsForLock = waitsForLock
        }
    }

    private let connection: SnapshotConnection
    private let mayGoOn: @Sendable () -> Bool
    private let report: @Sendable (CaptureEvent) -> Void

    /// - Parameters:
    ///   - mayGoOn: asked between batches and between tasks; false ends the run there. Cancelling does so as well, and
    ///     never in the middle of a batch.
    ///   - report: called as things happen.
    package init(
        connection: SnapshotConnection, mayGoOn: @escaping @Sendable () -> Bool = { true },
        report: @escaping @Sendable (CaptureEvent) -> Void = { _ in }
    ) {
        self.connection = connection
        self.mayGoOn = mayGoOn
        self.report = report
    }

    /// Captures each task, in the order given. One task's failure never stops another's, unless the account, the server
    /// or the vault is at fault.
    ///
    /// - Returns: what was done, one element a task that was begun; also where the surrounding task is cancelled.
    package func run(_ request: Request, tasks: [TaskID]) async -> [CaptureOutcome] {
        await run(tasks.map { ($0, request) })
    }

    /// Captures the tasks of a job, each by its own rules: their page size, unless it is the usual one, is the batch of
    /// unexported rows, too.
    package func run(_ source: CaptureSource, tasks: [RunTask], unexported: DrainMode? = nil) async -> [CaptureOutcome]
    {
        await run(
            tasks.map { task in
                let size = task.rules.pageSize
                var request = Request(source: source, batch: size == JobDefaults.unexportedPageSize ? nil : size)
                request.pageSize = task.rules.pageSize
                if task.rules.recheck.count > 0 { request.walksAgainAfter = task.rules.recheck }
                request.unexported = unexported
                return (task.id, request)
            })
    }

    private func run(_ captures: [(task: TaskID, request: Request)]) async -> [CaptureOutcome] {
        var outcomes: [CaptureOutcome] = []
        for (task, request) in captures {
            guard mayGoOn(), !Task.isCancelled else { break }
            let before = connection.requestCount()
            var outcome: CaptureOutcome
            do {
                outcome = try await capture(request, task)
            } catch let failure {
                let error = await connection.explained(failure, task)
                outcome = CaptureOutcome(
                    task: task, source: request.source, result: error is CancellationError ? .stopped : .failed)
                if outcome.result == .failed { outcome.error = error }
            }
            outcome.requests = connection.requestCount() - before
            outcomes.append(outcome)
            if let error = outcome.error, FailureScope.stopsRun(error) { break }
        }
        return outcomes
    }

    private func capture(_ request: Request, _ task: TaskID) async throws -> CaptureOutcome {
        let locked = try await connection.vault.lock(
            task, wait: request.waitsForLock ? .polling(onHeld: { _ in report(.waiting(task: task)) }) : .no)
        defer { locked.release() }
        try locked.requireHost(connection.host)
        let name = await connection.name(of: locked)
        let context = connection.context(pageSize: request.pageSize, report: { _ in })
        if request.source == .increments {
            let taker = IncrementTaker(
                context: context, cursors: try connection.requireCursors(), locked: locked, taskName: name,
                now: connection.now, mayGoOn: mayGoOn, report: report)
            return try await taker.take(walksAgainAfter: request.walksAgainAfter)
        }
        if request.source == .unexported, let outcome = await drainInTwoPhases(request, context, locked, name) {
            return outcome
        }
        if let query = try cursorQuery(request, task) {
            let taker = CursorCaptureTaker(
                context: context, cursors: try connection.requireCursors(), locked: locked, taskName: name,
                source: request.source, query: query, now: connection.now, report: report)
            return try await taker.take()
        }
        guard let query = request.source.query(of: task) else {
            let drain = UnexportedDrain(
                context: context, locked: locked, taskName: name, now: connection.now, mayGoOn: mayGoOn, report: report)
            return await drain.run(batch: request.batch ?? JobDefaults.unexportedPageSize)
        }
        let taker = CaptureTaker(
            context: context, locked: locked, taskName: name, source: request.source, query: query, now: connection.now,
            report: report)
        return try await taker.take()
    }

    /// What a source is read by where it is read by a cursor; nil where it is not.
    private func cursorQuery(_ request: Request, _ task: TaskID) throws -> CursorQuery? {
        switch request.source {
        case .lot:
            guard let lot = request.lot else {
                throw SnapshotError(.noCursors, "no lot is named", hint: "name one with --lot NUMBER")
            }
            return .lot(task: task.text, number: lot)
        case .all: return connection.hasWindows ? nil : .all(task: task.text)
        case .lastExtraction:
            guard connection.hasWindows else {
                throw SnapshotError(
                    .noCursors, "the API of \(connection.host) does not tell which extraction was the last",
                    hint: "take `--source lot --lot NUMBER`, or `--source increments`")
            }
            return nil
        case .unexported, .increments: return nil
        }
    }

    /// Drains unexported rows in two phases where the host has them.
    ///
    /// - Returns: nil where it has not: asking for rows by their path marks none, so that the first answer may tell.
    private func drainInTwoPhases(
        _ request: Request, _ context: SessionContext, _ locked: LockedTask, _ name: String
    ) async -> CaptureOutcome? {
        guard let cursors = connection.cursors, request.unexported != .marking else { return nil }
        let drain = TwoPhaseDrain(
            context: context, cursors: cursors, locked: locked, taskName: name, now: connection.now, mayGoOn: mayGoOn,
            report: report)
        let outcome = await drain.run(batch: request.batch ?? JobDefaults.pageSize)
        guard connection.hasWindows, request.unexported == nil, outcome.captures == 0,
            let error = outcome.error as? APIError, error.code == .wrongAPI || error.code == .unexpected
        else { return outcome }
        return nil
    }
}
