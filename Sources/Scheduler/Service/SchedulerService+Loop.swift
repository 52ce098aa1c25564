import Foundation
import Jobs
import Logging
import ServiceLifecycle

extension SchedulerService {
    /// Fires jobs until a graceful shutdown, ``cut()``, or the end of its task; returns when the last run has ended.
    ///
    /// To be called once.
    package func run() async throws {
        let sender = sender
        await withGracefulShutdownHandler {
            await loop()
        } onGracefulShutdown: {
            sender.yield(.drain)
        }
    }

    private func loop() async {
        isStarted = true
        await withDiscardingTaskGroup { group in
            load()
            manager.ready(summary)
            logger.info("The scheduler runs", metadata: [LogKey.count: "\(jobs.count)"])
            perform(in: &group)
            arm(in: &group)
            for await event in events {
                handle(event, in: &group)
                if dueTimes.isStopped, running.isEmpty { break }
            }
            // Reached without a shutdown where the service's task is cancelled: the runs are, too, and are waited for.
            stop()
            group.cancelAll()
        }
        logger.info("The scheduler has stopped")
    }

    private func handle(_ event: Event, in group: inout DiscardingTaskGroup) {
        switch event {
        case .timer(let number):
            manager.alive()
            guard number == timer else { return }
            actions += dueTimes.look(at: time.now())
            perform(in: &group)
            arm(in: &group)
        case .ended(let job):
            running[job] = nil
            actions += dueTimes.ended(job, at: time.now())
            perform(in: &group)
            manager.status(summary)
        case .loaded:
            perform(in: &group)
            arm(in: &group)
        case .drain:
            drain(in: &group)
        case .cut:
            stop()
            group.cancelAll()
        }
    }

    /// Sets the one timer. An earlier one may still run out; nobody listens to it then.
    private func arm(in group: inout DiscardingTaskGroup) {
        timer += 1
        let (number, wait, time, sender) = (timer, nextWait, time, sender)
        group.addTask {
            if await time.sleep(for: wait) { sender.yield(.timer(number)) }
        }
    }

    private var nextWait: Duration {
        let longest = min(configuration.longestSleep, manager.watchdogInterval ?? configuration.longestSleep)
        guard let wake = dueTimes.nextWake else { return longest }
        return min(longest, .seconds(max(0, wake.timeIntervalSince(time.now()))))
    }

    private func perform(in group: inout DiscardingTaskGroup) {
        let decided = actions
        actions = []
        for action in decided {
            switch action {
            case .start(let name, let firing):
                start(name, firing, in: &group)
            case .queued(let name, let scheduledAt):
                say("A firing waits for the job's run to end", .info, name, scheduledAt)
            case .skipped(let name, let scheduledAt, let count):
                // The first of a run is said, the others are many.
                say("A firing is skipped: the job is still running", count == 1 ? .info : .debug, name, scheduledAt)
            case .clockSetBack(let seconds):
                logger.notice(
                    "The clock was set back; due times are worked out anew",
                    metadata: [LogKey.seconds: "\(Int(seconds.rounded()))"])
            }
        }
    }

    private func start(_ name: String, _ firing: Firing, in group: inout DiscardingTaskGroup) {
        guard let job = jobs[name] else {
            // Its file went while it stood in line.
            sender.yield(.ended(name))
            return
        }
        let run = RunningJob(firing: firing)
        running[name] = run
        let (executor, sender) = (executor, sender)
        group.addTask {
            _ = await executor.run(job, firing, run.interruption)
            sender.yield(.ended(name))
        }
        manager.status(summary)
    }

    private func drain(in group: inout DiscardingTaskGroup) {
        guard !dueTimes.isStopped else { return }
        stop()
        logger.info("The scheduler stops", metadata: [LogKey.count: "\(running.count)"])
        let (grace, time, sender) = (configuration.grace, time, sender)
        group.addTask {
            if await time.sleep(for: grace) { sender.yield(.cut) }
        }
    }

    private func stop() {
        guard !dueTimes.isStopped else { return }
        dueTimes.stop()
        for run in running.values { run.interruption.request(.shutdown) }
        manager.stopping(summary)
    }

    private func say(_ message: Logger.Message, _ level: Logger.Level, _ job: String, _ scheduledAt: Date) {
        logger.log(
            level: level, message,
            metadata: [LogKey.job: "\(job)", LogKey.scheduledAt: "\(scheduledAt.formatted(.iso8601))"])
    }
}
