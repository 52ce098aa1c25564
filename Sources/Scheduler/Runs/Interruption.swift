import Synchronization

/// Whether a run has been told to stop, and why.
public final class Interruption: Sendable {
    public enum Cause: String, Sendable, Hashable, CaseIterable, Codable {
        /// It took longer than the job's timeout.
        case timeout
        /// The program is to stop.
        case shutdown
    }

    private let state = Mutex<Cause?>(nil)

    /// That of the run that the current task belongs to; nil outside of runs.
    @TaskLocal public static var current: Interruption?

    public init() {}

    /// The first reason there was; nil while the run may go on.
    public var cause: Cause? { state.withLock { $0 } }

    /// Tells the run to stop. The first reason stays.
    public func request(_ cause: Cause) {
        state.withLock { $0 = $0 ?? cause }
    }
}
