package import Foundation

extension SchedulerService {
    /// Where a job stands.
    package struct JobState: Sendable, Hashable {
        package let job: String
        /// Its next firing; nil where there is none, and once the service stops.
        package let next: Date?
        /// The firing that it runs for; nil where it does not run.
        package let running: Firing?
        /// Whether a firing waits for this or another run to end.
        package let isWaiting: Bool
    }

    /// Where each job stands, by name.
    package var states: [JobState] {
        jobs.keys.sorted().map { name in
            JobState(
                job: name, next: dueTimes.isStopped ? nil : dueTimes.next(of: name),
                running: running[name]?.firing, isWaiting: dueTimes.isWaiting(name))
        }
    }

    /// A line for the service manager: `2 of 14 jobs run; next at 2026-11-23T10:07:00Z`.
    var summary: String {
        let runs = "\(running.count) of \(jobs.count) jobs run"
        if dueTimes.isStopped { return "Stopping; \(runs)" }
        return runs + (dueTimes.nextWake.map { "; next at \($0.formatted(.iso8601))" } ?? "")
    }
}
