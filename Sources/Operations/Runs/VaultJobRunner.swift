import Archive
import Catalog
import Foundation
import Jobs
import OctoparseAPI
import Records
import Scheduler
import Snapshots
import StorageTime
import Vault

/// Runs a job against its account and into the vault, and writes the run down in the catalog's history.
struct VaultJobRunner: JobRunner {
    let vault: SnapshotVault
    let registry: JobRegistry
    let clients: AccountClients
    let log: WindowLog
    var board = RunBoard()
    /// Writes the metrics file of a job that has one.
    var writeMetrics: @Sendable (_ path: String) throws -> Void = { _ in }
    let pruneDays = PruneDays()
    var copies = CopyStores()
    var now: @Sendable () -> Date = { Date() }

    func run(_ job: Job, _ firing: Firing) async -> RunOutcome {
        var record = RunRecord(job: job.name, scheduledAt: firing.scheduledAt, startedAt: now())
        let meter = RequestMeter()
        var result = RunResult()
        do {
            let firstRunAt = try vault.catalog.history(of: job.name)?.firstRunAt
            record.id = try vault.catalog.record(record)
            board.started(RunBoard.Run(job: job.name, id: record.id, startedAt: record.startedAt))
            result = try await meter.measure { try await work(job, firstRunAt: firstRunAt) }
        } catch {
            result.errors.append(error)
        }
        let report = RunReport(
            result, of: job, started: record, requests: meter.requests, finishedAt: now(),
            toldToStop: StopRequest.current?.cause)
        let isCut = result.errors.contains { ($0 as? APIError)?.isTransient ?? false }
        board.ended(
            job.name, account: job.account, requests: meter.requests.requests, retries: meter.requests.retries,
            hasFailed: isCut, rows: report.record.rows)
        guard record.id != nil else { return report.outcome }
        do {
            try vault.catalog.recordEnd(report.record)
            try vault.catalog.set(.lastExitStatus, of: job.name, to: Int(report.outcome.exitStatus))
            if let path = job.metricsFile { log.metricsFile(of: job, Result { try writeMetrics(path) }) }
        } catch {
            result.errors.append(error)
            return RunReport(
                result, of: job, started: record, requests: meter.requests, finishedAt: now(),
                toldToStop: StopRequest.current?.cause
            ).outcome
        }
        return report.outcome
    }

    private func work(_ job: Job, firstRunAt: Date?) async throws -> RunResult {
        let account = try registry.account(of: job)
        return try await clients.with(account) { client in
            var result = RunResult()
            let found = try await JobTasks.of(job, lister: client, catalog: vault.catalog, now: now())
            result.errors = found.errors
            result.change = found.change
            log.note(found.change, of: job)
            if account.dialect == .openAPI, job.source == .storageTime { throw Problem.noWindows(of: account) }
            let connection = connection(job, account, client).naming(by: clients.names, account, client)
            result.windows = await take(found.tasks, job, connection, firstRunAt: firstRunAt)
            log.ended(job, tasks: found.tasks.map(\.id.text), failed: Set(result.windows.failed.map(\.task)))
            if Self.mayGoOn()(), !Task.isCancelled {
                result.errors += await prune(found.tasks, job, host: client.host)
            }
            if Self.mayGoOn()(), !Task.isCancelled { result.copyErrors = await push(found.tasks, job) }
            return result
        }
    }

    /// Brings the job's tasks to its copies. What fails is due on the next run.
    private func push(_ tasks: [RunTask], _ job: Job) async -> [any Error] {
        var errors: [any Error] = []
        for copy in job.copies {
            guard Self.mayGoOn()(), !Task.isCancelled else { break }
            do {
                let push = CopyPush(
                    vault: vault, store: try copies.store(copy), tasks: tasks.map(\.id), isQuick: true,
                    mayGoOn: Self.mayGoOn())
                errors += try await push.run().failures.map(\.error).prefix(1)
            } catch {
                errors.append(error)
            }
        }
        return errors
    }

    /// The windows that are due or, of a source without windows, a capture of each task.
    private func take(
        _ tasks: [RunTask], _ job: Job, _ connection: SnapshotConnection, firstRunAt: Date?
    ) async -> RunSummary {
        guard let source = CaptureSource(job.source) else {
            return await JobRun(
                connection: connection, firstRunAt: firstRunAt, mayGoOn: Self.mayGoOn(),
                report: { [board, log] event in
                    log.note(event, of: job)
                    board.note(event, of: job.name)
                }
            ).run(tasks)
        }
        let captures = CaptureRun(connection: connection, mayGoOn: Self.mayGoOn())
        return RunSummary(
            await captures.run(source, tasks: tasks, unexported: (try? registry.account(of: job))?.unexported))
    }

    /// Whether the run that the current task belongs to was not told to stop.
    private static func mayGoOn() -> @Sendable () -> Bool {
        let interruption = StopRequest.current
        return { interruption?.cause == nil }
    }

    /// What is each task's own is filled in by the run.
    private func connection(_ job: Job, _ account: Account, _ client: OctoparseClient) -> SnapshotConnection {
        SnapshotConnection(
            vault: vault, account: account, client: client, settle: job.rules.settle,
            configuration: TakingConfiguration(
                pageSize: job.rules.pageSize, concurrency: job.concurrency,
                proof: job.rules.proof),
            now: now)
    }
}
