import Foundation
import Jobs
import Logging
import Secrets
import StorageTime
import Synchronization

/// Tells the world of runs: posts to the job's addresses, runs its hooks. What goes wrong is logged and does no harm.
///
/// `done` is a success, all else a failure; a run that only stopped because the program stops is neither, and is
/// announced to nobody. A start's body says which job and firing it is; an end's is the run's summary.
final class Announcer: Sendable {
    private let notifier: (any Notifier)?
    private let environment: [String: String]
    private let secrets: SecretRegistry
    private let configuration: SchedulerConfiguration
    private let time: Timekeeper
    private let logger: Logger
    private let failures = Mutex(RepeatFilter(interval: nil))

    /// - Parameters:
    ///   - notifier: without one nothing is posted.
    ///   - environment: the hooks' variables, besides those of the run; what `secrets` keeps is left out.
    init(
        notifier: (any Notifier)?, environment: [String: String], secrets: SecretRegistry,
        configuration: SchedulerConfiguration, time: Timekeeper, logger: Logger
    ) {
        self.notifier = notifier
        self.environment = environment
        self.secrets = secrets
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
        let tail = OutputTail()
        var metadata: Logger.Metadata = [LogKey.command: "\(hook.masked)"]
        do throws(CommandError) {
            let result = try await hook.run(
                environment: variables(job, outcome), input: outcome.summaryJSON, tail: tail,
                timeout: .seconds(job.hookTimeout.count))
            metadata.note(tail, secrets)
            logger.debug(
                "A hook ended",
                metadata: metadata.merging([LogKey.job: "\(job.name)", LogKey.outcome: "\(result.ending)"]) { $1 })
            failure = result.isSuccess ? nil : result.ending
        } catch {
            metadata.note(tail, secrets)
            failure = error.message
        }
        // What it wrote is for those who look for what went wrong.
        if failure == nil { metadata[LogKey.output] = nil }
        report(
            failure, "A hook failed", "A hook works again", job: job, event: "\(event) hook", metadata: metadata)
    }

    private func variables(_ job: Job, _ outcome: RunOutcome) -> [String: String] {
        secrets.environmentForCommands(environment).merging([
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

extension Logger.Metadata {
    /// Adds the last lines of what a command wrote, where it wrote anything.
    fileprivate mutating func note(_ tail: OutputTail, _ secrets: SecretRegistry) {
        let lines = tail.lastLines { secrets.mask($0) }
        if !lines.isEmpty { self[LogKey.output] = "\(lines)" }
    }
}
