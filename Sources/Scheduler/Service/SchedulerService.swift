package import Foundation
package import Jobs
package import Logging
package import Secrets
import ServiceLifecycle

/// Fires jobs on their schedules until it is told to stop. What is due is ``DueTimes``' to say; this waits and does it.
///
/// One timer serves all jobs. It looks at the wall clock at least every ``SchedulerConfiguration/longestSleep``, so
/// that a clock that jumps and a machine that slept are noticed.
///
/// **Stopping.** A graceful shutdown starts nothing more, tells the runs (``StopRequest``), gives them the grace to
/// end, then cancels them. ``cut()``, and cancelling the service's task, cancel them at once. Either way ``run()``
/// returns when all have ended.
package actor SchedulerService: Service {
    enum Event: Sendable {
        /// The timer of this number has run out.
        case timer(Int)
        case ended(String)
        /// The jobs are other ones.
        case loaded
        case drain
        case cut
    }

    let configuration: SchedulerConfiguration
    let manager: ServiceManager
    let time: Timekeeper
    let logger: Logger
    let executor: RunExecutor
    let events: AsyncStream<Event>
    let sender: AsyncStream<Event>.Continuation

    var jobs: [String: Job]
    var lastScheduled: [String: Date]
    var dueTimes: DueTimes
    /// Decided, and done when the loop comes to it.
    var actions: [DueTimes.Action] = []
    var running: [String: RunningJob] = [:]
    var isStarted = false
    var timer = 0

    struct RunningJob: Sendable {
        let firing: Firing
        let interruption = StopRequest()
    }

    /// - Parameters:
    ///   - lastScheduled: the last firing of each job that ever ran, as the history knows it. A job that has missed one
    ///     since, or is not in it, fires at the start.
    ///   - notifier: without one, no address is told of anything.
    ///   - hookEnvironment: the hooks' variables, besides `OCTOVAULT_JOB`, `OCTOVAULT_OUTCOME` and
    ///     `OCTOVAULT_EXIT_STATUS`, and less those that `secrets` keeps from commands.
    ///   - secrets: what is masked in that which hooks write.
    ///   - memory: what announcements remember from run to run.
    package init(
        jobs: JobSet, lastScheduled: [String: Date] = [:], runner: any JobRunner, notifier: (any Notifier)? = nil,
        hookEnvironment: [String: String] = [:], secrets: SecretRegistry = .process, manager: ServiceManager = .none,
        configuration: SchedulerConfiguration = SchedulerConfiguration(), time: Timekeeper = Timekeeper(),
        memory: any NoticeMemory = TransientNoticeMemory(), logger: Logger
    ) {
        self.configuration = configuration
        self.manager = manager
        self.time = time
        self.logger = logger
        executor = RunExecutor(
            runner: runner,
            announcer: Announcer(
                notifier: notifier, environment: hookEnvironment, secrets: secrets, configuration: configuration,
                time: time, memory: memory, logger: logger),
            log: RunLog(logger: logger, interval: configuration.failureLogInterval), time: time)
        (events, sender) = AsyncStream.makeStream()
        self.jobs = Self.byName(jobs)
        self.lastScheduled = lastScheduled
        dueTimes = DueTimes(limit: configuration.runsAtOnce)
    }

    /// Takes other jobs in place of the present ones, as ``DueTimes/load(_:lastScheduled:at:)`` has it. Runs under way
    /// go on to their end; a job that runs again runs as the new files say.
    ///
    /// - Parameter lastScheduled: as at the start; jobs known already keep their own times.
    package func reload(_ jobs: JobSet, lastScheduled: [String: Date] = [:]) {
        self.jobs = Self.byName(jobs)
        self.lastScheduled = lastScheduled
        guard isStarted else { return }
        load()
        sender.yield(.loaded)
    }

    /// Starts nothing more and cancels all runs now: what a second signal asks for.
    package nonisolated func cut() {
        sender.yield(.cut)
    }

    func load() {
        actions += dueTimes.load(jobs.values.map(JobTiming.init), lastScheduled: lastScheduled, at: time.now())
        lastScheduled = [:]
    }

    private static func byName(_ jobs: JobSet) -> [String: Job] {
        Dictionary(jobs.jobs.map { ($0.name, $0) }) { $1 }
    }
}
