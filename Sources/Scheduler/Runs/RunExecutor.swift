import Foundation
import Jobs
import StorageTime

/// One run from its announcement to the last hook. Used by the service and by runs that were asked for.
struct RunExecutor: Sendable {
    let runner: any JobRunner
    let announcer: Announcer
    let log: RunLog
    let time: Timekeeper

    func run(_ job: Job, _ firing: Firing, _ interruption: StopRequest) async -> FinishedRun {
        let elapsed = time.stopwatch()
        log.started(job, firing)
        let missed = announcer.missedFirings(job, firing)
        async let announced: Void = announcer.started(job, firing, missed: missed)
        let outcome = await withTaskCancellationHandler {
            await limitedRun(job, firing, interruption)
        } onCancel: {
            interruption.request(.shutdown)
        }
        // A monitor that hears of the end before the start takes the run for one that goes on.
        await announced
        log.ended(job, outcome, after: elapsed(), at: time.now())
        await announcer.ended(job, outcome, after: elapsed())
        return FinishedRun(job: job, firing: firing, outcome: outcome)
    }

    private func limitedRun(_ job: Job, _ firing: Firing, _ interruption: StopRequest) async -> RunOutcome {
        let runner = runner
        var outcome = await StopRequest.$current.withValue(interruption) {
            await time.limited(to: .seconds(job.timeout.count), onLimit: { interruption.request(.timeout) }) {
                await runner.run(job, firing)
            }
        }
        outcome.interruption = outcome.word == .done ? nil : interruption.cause
        return outcome
    }
}
