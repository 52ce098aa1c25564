import Foundation
package import Jobs

extension SchedulerService {
    /// Runs each of `jobs` now, whatever their schedules say, ``SchedulerConfiguration/runsAtOnce`` at a time, with the
    /// same timeouts, announcements and log lines as ``run()``. Neither needs nor disturbs it.
    ///
    /// When its task is cancelled, runs under way are too, and what has not started does not start.
    ///
    /// - Returns: in the order of `jobs`.
    package nonisolated func runOnce(_ jobs: [Job]) async -> [FinishedRun] {
        let width = max(configuration.runsAtOnce, 1)
        var results = [FinishedRun?](repeating: nil, count: jobs.count)
        await withTaskGroup(of: (Int, FinishedRun).self) { group in
            for (index, job) in jobs.enumerated() {
                if index >= width, let (done, run) = await group.next() { results[done] = run }
                if Task.isCancelled { break }
                group.addTask { (index, await self.once(job)) }
            }
            for await (done, run) in group { results[done] = run }
        }
        return results.compactMap { $0 }
    }

    private nonisolated func once(_ job: Job) async -> FinishedRun {
        let now = time.now()
        let second = Date(timeIntervalSince1970: now.timeIntervalSince1970.rounded(.down))
        return await executor.run(
            job, Firing(scheduledAt: second, actualAt: now, reason: .once), StopRequest())
    }
}
