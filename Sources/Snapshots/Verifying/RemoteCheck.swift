package import Archive
import Catalog
import Foundation
import OctoparseAPI
import Records
package import StorageTime
import Vault

/// Compares what a vault holds with what the API has now. Nothing is written, and no lock is taken.
///
/// One count serves many joining windows; a difference is bisected down to the windows that it is in, and counts only
/// when a second count confirms it. Rows that came in one window and as many that went in another of the same count
/// cancel out: only a deep check, which asks for each window, sees these.
package struct RemoteCheck: Sendable {
    private let connection: SnapshotConnection
    private let isDeep: Bool
    private let progress: @Sendable (RemoteReport) -> Void
    /// How many windows one count encloses at first.
    private let longest: Int

    /// - Parameter isDeep: whether the rows of windows whose counts agree are fetched and compared as well.
    package init(
        connection: SnapshotConnection, isDeep: Bool, progress: @escaping @Sendable (RemoteReport) -> Void = { _ in }
    ) {
        self.init(connection: connection, isDeep: isDeep, longest: isDeep ? 1 : 256, progress: progress)
    }

    init(
        connection: SnapshotConnection, isDeep: Bool, longest: Int,
        progress: @escaping @Sendable (RemoteReport) -> Void = { _ in }
    ) {
        self.connection = connection
        self.isDeep = isDeep
        self.longest = longest
        self.progress = progress
    }

    /// Looks at the windows of storage time of some tasks, oldest first.
    ///
    /// - Parameter range: only windows that overlap it; nil for all.
    /// - Returns: what was found, also where the surrounding task is cancelled: then what was found until then. One
    ///   task's failure never stops another's, unless the account or the server is at fault.
    package func run(_ tasks: [TaskID], in range: Window?) async -> RemoteReport {
        var report = RemoteReport()
        for task in tasks {
            guard !Task.isCancelled else { break }
            do {
                try await check(task, range, &report)
                if range == nil, let count = try await IncrementCheck(connection: connection, isDeep: isDeep).run(task)
                {
                    report.increments.append(count)
                }
            } catch is CancellationError {
                break
            } catch {
                report.failed.append(.init(task: task.text, window: range, error: error))
                if FailureScope.stopsRun(error) { break }
            }
        }
        report.requests = connection.requestCount()
        return report
    }

    private func check(_ task: TaskID, _ range: Window?, _ report: inout RemoteReport) async throws {
        let records = try records(of: task, in: range)
        guard !records.isEmpty else { return }
        let counter = WindowCounter(
            reader: connection.context(report: { _ in }).reader(task: task),
            look: { window in try self.records(of: task, in: window).first { $0.window == window } })
        try await counter.checkInterval()
        let fetcher = isDeep ? WindowFetcher(vault: connection.vault, reader: counter.reader) : nil
        var counts = Self.counts(of: records, longest: longest).makeIterator()
        try await OrderedPipeline.run(
            width: connection.configuration.concurrency,
            next: { counts.next() },
            work: { count in try await counter.verdicts(of: count) },
            deliver: { _, found in
                for (record, outcome) in found {
                    do {
                        var verdict = try outcome.get()
                        if verdict == .equal, let fetcher { verdict = try await fetcher.compare(record) }
                        report.add(verdict, task.text, record.window)
                    } catch let error as SnapshotError where error.isTransient {
                        report.failed.append(.init(task: task.text, window: record.window, error: error))
                    }
                }
                progress(report)
            })
    }

    private func records(of task: TaskID, in range: Window?) throws -> [WindowRecord] {
        let index = try connection.vault.index(of: [task])
        for series in try index.series(tasks: [task.text], source: .storageTime)
        where series.host != connection.host {
            throw VaultError(
                .otherHost,
                "task \(task) was backed up from \(series.host), and the account's host is \(connection.host)",
                hint: "use the account of that host")
        }
        // Of pruned windows the vault holds no rows that the API's could be compared with.
        return try index.windows(
            of: task.text, source: .storageTime, host: connection.host, in: range
        ).filter { $0.state != .pruned }
    }

    /// Joining windows, in counts of at most `longest`.
    static func counts(of records: [WindowRecord], longest: Int) -> [[WindowRecord]] {
        var counts: [[WindowRecord]] = []
        for record in records {
            if let last = counts.last, last.count < longest, last.last?.window.to == record.window.from {
                counts[counts.count - 1].append(record)
            } else {
                counts.append([record])
            }
        }
        return counts
    }
}
