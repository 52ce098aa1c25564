import Catalog
import Foundation
import Jobs
import Logging
import Scheduler
import Snapshots
import StorageTime
import Synchronization
import Vault

/// What the log says of a job's tasks and windows. A failure that goes on is a line an hour.
final class WindowLog: Sendable {
    private enum Key {
        static let code = "code"
        static let count = "count"
        static let job = "job"
        static let reason = "reason"
        static let task = "task"
        static let tasks = "tasks"
        static let window = "window"
        static let windows = "windows"
    }

    private let logger: Logger
    private let now: @Sendable () -> Date
    private let failures = Mutex(RepeatFilter(interval: 3600))
    /// Jobs whose run was said to have begun.
    private let begun = Mutex<Set<String>>([])
    /// Gets every event as well.
    private let observer: @Sendable (SnapshotEvent) -> Void

    init(
        logger: Logger, now: @escaping @Sendable () -> Date = { Date() },
        observer: @escaping @Sendable (SnapshotEvent) -> Void = { _ in }
    ) {
        self.observer = observer
        self.logger = logger
        self.now = now
    }

    func note(_ event: SnapshotEvent, of job: Job) {
        observer(event)
        switch event {
        case .planned(let task, let windows):
            // A run without work is not worth a line.
            guard windows > 0, begun.withLock({ $0.insert(job.name).inserted }) else { break }
            logger.info(
                "A run starts to take windows",
                metadata: [Key.job: "\(job.name)", Key.task: "\(task)", Key.windows: "\(windows)"])
        case .failed(let task, let window, let error):
            let problem = Problem(error)
            // What a signal or the timeout cut off is no failure of the window.
            guard !(error is CancellationError) else { return }
            let count = failures.withLock { $0.failed("\(job.name) \(task)", as: problem.code, at: now()) }
            var metadata: Logger.Metadata = [
                Key.job: "\(job.name)", Key.task: "\(task)", Key.code: "\(problem.code)",
                Key.reason: "\(problem.message)",
            ]
            if let window { metadata[Key.window] = "\(window)" }
            if let count, count > 1 { metadata[Key.count] = "\(count)" }
            logger.log(level: count == nil ? .debug : .warning, "A window was not taken", metadata: metadata)
        case .rewritten(let task, let window):
            logger.warning(
                "None of the rows came again, and as many others did: perhaps in another form; all are kept",
                metadata: [Key.job: "\(job.name)", Key.task: "\(task)", Key.window: "\(window)"])
        case .waiting(let task):
            logger.debug(
                "Another process holds a task", metadata: [Key.job: "\(job.name)", Key.task: "\(task)"])
        case .published(let task, let window, let rows, _, _):
            logger.debug(
                "A window was taken",
                metadata: [
                    Key.job: "\(job.name)", Key.task: "\(task)", Key.window: "\(window)", "rows": "\(rows)",
                ])
        case .open, .counted, .edgeTaken, .unreached:
            break
        }
    }

    /// A run of the job took these tasks, of which some failed: what the others failed of before is over.
    func ended(_ job: Job, tasks: [String], failed: Set<String>) {
        begun.withLock { _ = $0.remove(job.name) }
        for task in tasks where !failed.contains(task) {
            guard let count = failures.withLock({ $0.succeeded("\(job.name) \(task)") }) else { continue }
            logger.notice(
                "A task works again",
                metadata: [Key.job: "\(job.name)", Key.task: "\(task)", Key.count: "\(count)"])
        }
    }

    /// The metrics file was written, or was not.
    func metricsFile(of job: Job, _ result: Result<Void, any Error>) {
        let subject = "\(job.name) metrics_file"
        do {
            try result.get()
            _ = failures.withLock { $0.succeeded(subject) }
        } catch {
            let problem = Problem(error)
            guard failures.withLock({ $0.failed(subject, as: problem.code, at: now()) }) != nil else { return }
            logger.warning(
                "The metrics file was not written",
                metadata: [
                    Key.job: "\(job.name)", Key.code: "\(problem.code)", Key.reason: "\(problem.message)",
                ])
        }
    }

    func note(_ change: MemberChange, of job: Job) {
        if !change.new.isEmpty {
            logger.notice("Tasks are new, and are backed up from now on", metadata: Self.metadata(change.new, job))
        }
        if !change.vanished.isEmpty {
            logger.warning("Tasks have vanished; their archives stay", metadata: Self.metadata(change.vanished, job))
        }
    }

    func note(_ report: PruneReport, of job: Job) {
        var metadata: Logger.Metadata = [Key.job: "\(job.name)", Key.task: "\(report.series.task)"]
        if report.removedSnapshots > 0 {
            metadata[Key.count] = "\(report.removedSnapshots)"
            metadata["rows"] = "\(report.removedRows)"
            logger.notice("Snapshots were pruned, as keep says", metadata: metadata)
        }
        if report.refusedSnapshots > 0 {
            metadata[Key.count] = "\(report.refusedSnapshots)"
            metadata["rows"] = "\(report.refused.heldSum(\.rows))"
            logger.info(
                "Snapshots are past keep and stay: the cloud may not have their rows any more", metadata: metadata)
        }
    }

    private static func metadata(_ members: [MemberRecord], _ job: Job) -> Logger.Metadata {
        let shown = members.prefix(mostNamed).map { $0.name.isEmpty ? $0.task : "\($0.task) (\($0.name))" }
        let more = members.count > mostNamed ? ", …" : ""
        return [
            Key.job: "\(job.name)", Key.count: "\(members.count)", Key.tasks: "\(shown.joined(separator: ", "))\(more)",
        ]
    }

    private static let mostNamed = 10
}
