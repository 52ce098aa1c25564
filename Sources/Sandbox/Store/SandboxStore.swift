import Foundation
import Records
import StorageTime
import Synchronization

/// Everything a sandbox knows: rows, tokens, faults, and what was asked. Safe to use from any thread, while it serves.
///
/// Live rows are stored when something is asked, with the times at which they were due: none is ever seen early or
/// missed.
package final class SandboxStore: Sendable {
    /// Changes data, or waits, before a request is answered.
    package typealias RequestHook = @Sendable (SandboxRequest) async -> Void

    let configuration: SandboxConfiguration
    private let state: Mutex<State>

    /// Loads the tasks' files, all in memory.
    ///
    /// - Throws: ``SandboxError``, naming the setting, or the file and line, concerned.
    package init(configuration: SandboxConfiguration = SandboxConfiguration()) throws(SandboxError) {
        try configuration.validate()
        self.configuration = configuration
        let tasks = try TaskList(configuration: configuration)
        state = Mutex(State(configuration: configuration, tasks: tasks))
    }

    struct State: Sendable {
        var tasks: TaskList
        var tokens: TokenTable
        var faults: FaultPlan
        var bounds: IntervalConvention
        var shufflesTies: Bool
        var generator: SeededGenerator
        var cache: PageCache
        var hook: RequestHook?
        var changes = ScheduledChanges()
        /// Requests under way, counted only while a fault limits them.
        var underWay = 0
        var statistics = SandboxStatistics()
        var log = RequestLog()

        init(configuration: SandboxConfiguration, tasks: TaskList) {
            self.tasks = tasks
            tokens = TokenTable(
                username: configuration.username, password: configuration.password,
                lifetime: configuration.tokenLifetime, rotates: configuration.rotatesRefreshTokens)
            faults = configuration.faults
            bounds = configuration.bounds
            shufflesTies = configuration.shufflesTies
            generator = SeededGenerator(seed: configuration.seed)
            cache = PageCache(capacity: configuration.cacheBytes)
            log.capacity = configuration.logCapacity
        }
    }

    /// The state, alone, with live rows stored up to now.
    func withState<R: Sendable>(_ body: (inout State) -> R) -> R {
        let now = configuration.now()
        return state.withLock { state in
            state.tasks.moveOn(to: now, timeZone: configuration.timeZone)
            return body(&state)
        }
    }
}
