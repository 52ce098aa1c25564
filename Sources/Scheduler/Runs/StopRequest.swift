import Synchronization

/// Whether a run has been told to stop, and why.
package final class StopRequest: Sendable {
    package enum Cause: String, Sendable, Hashable, CaseIterable, Codable {
        /// It took longer than the job's timeout.
        case timeout
        /// The program is to stop.
        case shutdown
    }

    private let state = Mutex<Cause?>(nil)

    /// That of the run that the current task belongs to; nil outside of runs.
    @TaskLocal package static var current: StopRequest?

    package init() {}

    /// The first reason there was; nil while the run may go on.
    package var cause: Cause? { state.withLock { $0 } }

    /// Tells the run to stop. The first reason stays.
    package func request(_ cause: Cause) {
        state.withLock { $0 = $0 ?? cause }
    }
}
