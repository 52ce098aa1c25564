package import Jobs

/// Does a job's work: all that the scheduler knows of what lies behind.
package protocol JobRunner: Sendable {
    /// Runs the job once, to its end.
    ///
    /// Its task is cancelled when the job's timeout has passed, and when the program stops and the grace is over; it
    /// then returns soon, with what it has done. ``StopRequest/current`` says which of the two it was, and says so as
    /// soon as the program is asked to stop, so that a run may end early between two windows.
    func run(_ job: Job, _ firing: Firing) async -> RunOutcome
}

/// A run that has ended.
package struct FinishedRun: Sendable {
    package let job: Job
    package let firing: Firing
    package let outcome: RunOutcome
}
