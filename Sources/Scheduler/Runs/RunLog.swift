import Foundation
import Jobs
import Logging
import Synchronization

/// What the log says of runs: little while all is well, and of a failure that goes on one line an hour.
final class RunLog: Sendable {
    private let logger: Logger
    private let failures: Mutex<RepeatFilter>

    /// - Parameter interval: seconds after which the same failure of a job is said again.
    init(logger: Logger, interval: TimeInterval) {
        self.logger = logger
        failures = Mutex(RepeatFilter(interval: interval))
    }

    func started(_ job: Job, _ firing: Firing) {
        logger.debug(
            "A run starts",
            metadata: [
                LogKey.job: "\(job.name)", LogKey.reason: "\(firing.reason)",
                LogKey.scheduledAt: "\(firing.scheduledAt.formatted(.iso8601))",
            ])
    }

    func ended(_ job: Job, _ outcome: RunOutcome, after duration: Duration, at now: Date) {
        let metadata = Self.metadata(job, outcome, duration)
        if outcome.isPutOff {
            logger.info("A run was interrupted", metadata: metadata)
        } else if outcome.word == .done {
            succeeded(job, outcome, metadata, now)
        } else {
            failed(job, outcome, metadata, now)
        }
    }

    private func succeeded(_ job: Job, _ outcome: RunOutcome, _ metadata: Logger.Metadata, _ now: Date) {
        if let count = failures.withLock({ $0.succeeded(job.name) }) {
            logger.notice("A job works again", metadata: metadata.merging([LogKey.count: "\(count)"]) { $1 })
        } else {
            logger.log(level: outcome.didSomething ? .info : .debug, "A run ended", metadata: metadata)
        }
    }

    private func failed(_ job: Job, _ outcome: RunOutcome, _ metadata: Logger.Metadata, _ now: Date) {
        let failure = "\(outcome.word) \(outcome.firstError?.code ?? "") \(outcome.interruption?.rawValue ?? "")"
        let level: Logger.Level = outcome.word == .failed ? .error : .warning
        if let count = failures.withLock({ $0.failed(job.name, as: failure, at: now) }) {
            let repeated: Logger.Metadata = count > 1 ? [LogKey.count: "\(count)"] : [:]
            logger.log(level: level, "A run failed", metadata: metadata.merging(repeated) { $1 })
        } else {
            // What it did is still worth a line; that it failed once more is not.
            logger.log(level: outcome.didSomething ? .info : .debug, "A run failed again", metadata: metadata)
        }
    }

    private static func metadata(_ job: Job, _ outcome: RunOutcome, _ duration: Duration) -> Logger.Metadata {
        var metadata: Logger.Metadata = [
            LogKey.job: "\(job.name)", LogKey.outcome: "\(outcome.word)", LogKey.rows: "\(outcome.rows)",
            LogKey.bytes: "\(outcome.bytes)", LogKey.requests: "\(outcome.requests)",
            LogKey.seconds: "\(duration.components.seconds)",
        ]
        let windows = [
            (LogKey.sealed, outcome.sealed), (LogKey.empty, outcome.empty), (LogKey.retaken, outcome.retaken),
            (LogKey.failed, outcome.failed), (LogKey.retries, outcome.retries),
        ]
        for (key, count) in windows where count > 0 { metadata[key] = "\(count)" }
        if let error = outcome.firstError {
            metadata[LogKey.code] = "\(error.code)"
            metadata[LogKey.reason] = "\(error.message)"
        }
        if let cause = outcome.interruption { metadata[LogKey.interruption] = "\(cause)" }
        if outcome.word != .done { metadata[LogKey.exitStatus] = "\(outcome.exitStatus)" }
        return metadata
    }
}
