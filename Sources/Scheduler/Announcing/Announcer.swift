import Cron
import Foundation
import Jobs
import Logging
import Secrets
import StorageTime
import Synchronization

/// Tells the world of runs: posts to the job's addresses, tells its services, runs its hooks. What goes wrong is logged
/// and does no harm; what could not be told is told with the next run.
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
    private let memory: any NoticeMemory
    private let failures = Mutex(RepeatFilter(interval: nil))

    /// - Parameters:
    ///   - notifier: without one nothing is posted.
    ///   - memory: what is remembered from run to run.
    ///   - environment: the hooks' variables, besides those of the run; what `secrets` keeps is left out.
    init(
        notifier: (any Notifier)?, environment: [String: String], secrets: SecretRegistry,
        configuration: SchedulerConfiguration, time: Timekeeper, memory: any NoticeMemory = TransientNoticeMemory(),
        logger: Logger
    ) {
        self.memory = memory
        self.notifier = notifier
        self.environment = environment
        self.secrets = secrets
        self.configuration = configuration
        self.time = time
        self.logger = logger
    }

    /// How many firings of a job went by since its latest run, this one's among them, while nobody was there to fire
    /// them. To be asked before the run begins.
    func missedFirings(_ job: Job, _ firing: Firing) -> Int {
        guard firing.reason == .missed, let last = memory.lastFiring(of: job.name) else { return 0 }
        var (count, next) = (0, job.schedule.next(after: last))
        while let found = next, found <= firing.scheduledAt, count < Self.mostMissed {
            count += 1
            next = job.schedule.next(after: found)
        }
        return count
    }

    /// Further firings are not counted: a job of every minute misses as many in a week.
    private static let mostMissed = 10_000

    /// - Parameter missed: firings that went by before this one; they are told once.
    func started(_ job: Job, _ firing: Firing, missed: Int = 0) async {
        let body = String(decoding: StartNotice(job, firing).json, as: UTF8.self)
        let start = Announcement(
            event: .start, job: job.name, body: body, title: "octovault: job \(job.name) starts", text: "")
        guard missed > 0 else { return await tell([start], job) }
        memory.missed(missed, of: job.name)
        logger.notice(
            "Firings were missed; this run makes up for them",
            metadata: [LogKey.job: "\(job.name)", LogKey.count: "\(missed)"])
        let told = Announcement(
            event: .missed, job: job.name, body: body, title: "octovault: job \(job.name) missed \(missed) firings",
            text: "Nobody was there to fire them. The run that starts now makes up for all of them.")
        await tell([start, told], job)
    }

    func ended(_ job: Job, _ outcome: RunOutcome, after took: Duration? = nil) async {
        guard !outcome.isPutOff else { return }
        let isSuccess = outcome.word == .done
        let before = memory.failuresInRow(of: job.name)
        let row = isSuccess ? before : before + 1
        memory.set(failuresInRow: isSuccess ? 0 : row, of: job.name)
        let isTold = row >= job.notify.afterFailures
        var events: [Announcement.Event] = isSuccess ? [.success] : isTold ? [.failure] : []
        if isSuccess, before > 0, isTold { events.append(.recovery) }
        let masked = outcome.masked(secrets)
        let announcements = events.map { Announcement($0, of: job.name, masked, failuresInRow: row, took: took) }
        let event = isSuccess ? "success" : "failure"
        let hook = isSuccess ? job.hooks.success : job.hooks.failure
        async let told: Void = tell(announcements, job)
        if let hook { await run(hook, job: job, outcome: outcome, event: event) }
        await told
    }

    /// Tells each of those who are told of the job what is for them, after what could not be told before: targets side
    /// by side, and one target's news in turn.
    private func tell(_ announcements: [Announcement], _ job: Job) async {
        guard notifier != nil else { return }
        let targets = NoticeTarget.all(of: job)
        let left = memory.undelivered(of: job.name)
        for name in left.keys where !targets.contains(where: { $0.name == name }) {
            memory.settled(name, of: job.name)
        }
        // A start alone comes too early to try again: the run before has just ended.
        let isTriedAgain = announcements.contains { $0.event != .start }
        await withDiscardingTaskGroup { group in
            for target in targets {
                var news = isTriedAgain ? left[target.name].map { [$0] } ?? [] : []
                news += announcements.filter { target.hears($0.event) }
                guard !news.isEmpty else { continue }
                group.addTask { [news] in
                    var isAllTold = true
                    for announcement in news {
                        let isTold = await self.deliver(announcement, to: target, job)
                        isAllTold = isAllTold && isTold
                    }
                    // What failed is tried again, though what came after it arrived.
                    if isAllTold, isTriedAgain { self.memory.settled(target.name, of: job.name) }
                }
            }
        }
    }

    /// Whether it arrived; what did not is remembered.
    private func deliver(_ announcement: Announcement, to target: NoticeTarget, _ job: Job) async -> Bool {
        let failure = await failure(of: announcement, to: target)
        if let failure { memory.failed(announcement, for: target.name, reason: failure, at: time.now()) }
        report(
            failure, "A notification failed", "Notifications work again", job: job, event: target.name,
            metadata: [LogKey.url: "\(target.place)"])
        return failure == nil
    }

    /// Why a delivery failed, without any secret; nil where it did not.
    private func failure(of announcement: Announcement, to target: NoticeTarget) async -> String? {
        guard let notifier else { return nil }
        var limit = configuration.notifyTimeout
        if case .service(.apprise) = target.way { limit = configuration.programTimeout }
        return await time.limited(to: limit) {
            do {
                switch target.way {
                case .address(let url, _): try await notifier.post(url: url, body: Array(announcement.body.utf8))
                case .service(let service): try await notifier.tell(service, announcement)
                }
                return String?.none
            } catch is CancellationError {
                return "no answer in time"
            } catch {
                return "\(error)"
            }
        }
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

extension RunOutcome {
    /// The same without a secret in its error.
    fileprivate func masked(_ secrets: SecretRegistry) -> RunOutcome {
        var outcome = self
        outcome.firstError = firstError.map { Failure(code: $0.code, message: secrets.mask($0.message)) }
        return outcome
    }
}
