import Foundation
import Jobs
import Logging
import Synchronization

/// Tells the world of runs: posts to the job's addresses, runs its hooks. What goes wrong is logged and does no harm.
///
/// `done` is a success, all else a failure; a run that only stopped because the program stops is neither, and is announced
/// to nobody. A start's body says which job and firing it is; an end's is the run's summary.
final class Announcer: Sendable {
    private let notifier: (any Notifier)?
    private let environment: [String: String]
    private let configuration: SchedulerConfiguration
    private let time: Timekeeper
    private let logger: Logger
    private let failures = Mutex(RepeatFilter(interval: nil))

    /// - Parameters:
    ///   - notifier: without one nothing is posted.
    ///   - environment: the hooks' variables, besides those of the run.
    init(
        notifier: (any Notifier)?, environment: [String: String], configuration: SchedulerConfiguration,
        time: Timekeeper, logger: Logger
    ) {
        self.notifier = notifier
        self.environment = environment
        self.configuration = configuration
        self.time = time
        self.logger = logger
    }

    func started(_ job: Job, _ firing: Firing) async {
        guard let url = job.notify.start else { return }
        await post(StartNotice(job, firing).json, to: url, job: job, event: "start")
    }

    func ended(_ job: Job, _ outcome: RunOutcome) async {
        guard !outcome.isPutOff else { return }
        let isSuccess = outcome.word == .done
        let event = isSuccess ? "success" : "failure"
        let url = isSuccess ? job.notify.success : job.notify.failure
        let hook = isSuccess ? job.hooks.success : job.hooks.failure
        async let posted: Void = post(outcome.summaryJSON, to: url, job: job, event: event)
        if let hook { await run(hook, job: job, outcome: outcome, event: event) }
        await posted
    }

    private func post(_ body: [UInt8], to url: NotifyURL?, job: Job, event: String) async {
        guard let url, let notifier else { return }
        let failure = await time.limited(to: configuration.notifyTimeout) {
            do {
                try await notifier.post(url: url, body: body)
                return String?.none
            } catch is CancellationError {
                return "no answer in time"
            } catch {
                return "\(error)"
            }
        }
        report(
            failure, "A notification failed", "Notifications work again", job: job, event: event,
            metadata: [LogKey.url: "\(url)"])
    }

    private func run(_ hook: ShellCommand, job: Job, outcome: RunOutcome, event: String) async {
        var failure: String?
        do throws(CommandError) {
            let result = try await hook.run(
                environment: variables(job, outcome), input: outcome.summaryJSON,
                outputLimit: configuration.hookOutputLimit, timeout: configuration.hookTimeout)
            logger.debug(
                "A hook ended",
                metadata: [
                    LogKey.job: "\(job.name)", LogKey.command: "\(hook.masked)", LogKey.outcome: "\(result.ending)",
                ])
            failure = result.isSuccess ? nil : result.ending
        } catch {
            failure = error.message
        }
        report(
            failure, "A hook failed", "A hook works again", job: job, event: "\(event) hook",
            metadata: [LogKey.command: "\(hook.masked)"])
    }

    private func variables(_ job: Job, _ outcome: RunOutcome) -> [String: String] {
        environment.merging([
            "OCTOVAULT_JOB": job.name, "OCTOVAULT_OUTCOME": outcome.word.rawValue,
            "OCTOVAULT_EXIT_STATUS": String(outcome.exitStatus),
        ]) { $1 }
    }

    /// Logs a change from well to ill, from one ill to another, and back; nothing else.
    private func report(
        _ failure: String?, _ failed: Logger.Message, _ worksAgain: Logger.Message, job: Job, event: String,
        metadata: Logger.Metadata
    ) {
        var metadata = metadata
        metadata[LogKey.job] = "\(job.name)"
        metadata[LogKey.event] = "\(event)"
        let subject = "\(job.name) \(event)"
        if let failure {
            guard failures.withLock({ $0.failed(subject, as: failure, at: time.now()) }) != nil else { return }
            metadata[LogKey.reason] = "\(failure)"
            logger.warning(failed, metadata: metadata)
        } else if let count = failures.withLock({ $0.succeeded(subject) }) {
            metadata[LogKey.count] = "\(count)"
            logger.notice(worksAgain, metadata: metadata)
        }
    }
}
