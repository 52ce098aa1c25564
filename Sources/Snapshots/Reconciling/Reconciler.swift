package import Archive
import Catalog
import Foundation
import OctoparseAPI
import Records
import StorageTime
import Vault

/// Compares all that the cloud holds of a task with all that a vault covers, and finds where the two differ: outside of
/// what is covered, in gaps, in windows whose counts moved. Nothing is written, and no lock is taken.
///
/// Counts only, which cannot tell that a row went where another came in the same window. One counts the task, one
/// serves up to 256 windows, one all gaps; what differs is halved down.
package struct Reconciler: Sendable {
    private let connection: SnapshotConnection
    private let progress: @Sendable (RemoteReport) -> Void

    package init(connection: SnapshotConnection, progress: @escaping @Sendable (RemoteReport) -> Void = { _ in }) {
        self.connection = connection
        self.progress = progress
    }

    /// - Returns: what was found, also where the surrounding task is cancelled: then of the tasks that were done. One
    ///   task's failure never stops another's, unless the account or the server is at fault.
    package func run(_ tasks: [TaskID]) async -> ReconciliationReport {
        var report = ReconciliationReport()
        for task in tasks {
            guard !Task.isCancelled else { break }
            do {
                let count = try await IncrementCheck(connection: connection, isDeep: false).run(task)
                if let count {
                    var found = Reconciliation(count)
                    found.volumes = try await volumes(of: task)
                    report.tasks.append(found)
                }
                if try count == nil || !coveringRecords(of: task).isEmpty {
                    report.tasks.append(try await reconcile(task))
                }
            } catch is CancellationError {
                break
            } catch {
                report.failed.append(.init(task: task.text, window: nil, error: error))
                if FailureScope.stopsRun(error) { break }
            }
        }
        report.requests = connection.requestCount()
        return report
    }

    /// The vendor's own count; nil where the API has none, or the account may not ask for it.
    private func volumes(of task: TaskID) async throws -> DayVolumes? {
        guard let source = connection.volumes else { return nil }
        do {
            return try await DayVolumes.of(
                task, source, in: connection.vault, host: connection.host, now: connection.now())
        } catch is APIError {
            return nil
        }
    }

    /// Counts again where rows moved between two counts.
    private func reconcile(_ task: TaskID) async throws -> Reconciliation {
        var found = try await pass(task)
        var last: Int?
        for attempt in 2...max(2, connection.configuration.attempts) where found.unexplained != 0 {
            // What two passes do not explain alike is moving; what they do is a finding.
            if last == found.unexplained { break }
            last = found.unexplained
            try await connection.sleep(connection.configuration.retryPause * (1 << min(attempt - 2, 10)))
            found = try await pass(task)
        }
        return found
    }

    private func pass(_ task: TaskID) async throws -> Reconciliation {
        let remote = await RemoteCheck(connection: connection, isDeep: false, progress: progress).run([task], in: nil)
        try Task.checkCancellation()
        if let failure = remote.failed.first { throw failure.error }
        let records = try coveringRecords(of: task)
        let reader = connection.context(report: { _ in }).reader(task: task)
        let axis = AxisCounter(
            reader: reader, records: records,
            openFrom: connection.clock.closedUntil(now: connection.now(), settle: connection.settle))
        var found = Reconciliation(task: task.text)
        found.add(records)
        for count in try await axis.withoutEdges(remote.grown + remote.shrunk) {
            if count.counted > count.expected { found.grown.append(count) } else { found.shrunk.append(count) }
        }
        let first = try await reader.countTask()
        let explained = try await axis.fill(&found)
        found.total = try await reader.countTask()
        // Rows that came while the stretches were counted are in one of the two totals.
        let isBetween = min(first, found.total)...max(first, found.total) ~= explained
        found.unexplained = isBetween ? 0 : found.total - explained
        return found
    }

    /// The windows whose rows are there: what was found damaged covers nothing.
    private func coveringRecords(of task: TaskID) throws -> [WindowRecord] {
        let index = try connection.vault.index(of: [task])
        let damaged = Set(try index.damages(of: task.text).map(\.path))
        return try index.windows(of: task.text, source: .storageTime, host: connection.host)
            .filter { !damaged.contains($0.path) }
    }
}

extension Reconciliation {
    /// A task's increments: what lies behind the cursor is for the next one, and what lies before it is to be here.
    init(_ count: IncrementCount) {
        self.init(task: count.task)
        isOfIncrements = true
        total = count.total
        rows = count.rows
        kept = count.kept
        open = count.behind
        unexplained = count.counted - count.expected
    }

    mutating func add(_ records: [WindowRecord]) {
        windows = records.count
        for record in records {
            if record.state == .pruned {
                pruned.add(held: record.facts.rows)
            } else {
                rows.add(held: record.facts.rows)
                kept.add(held: record.facts.kept)
            }
        }
    }
}
