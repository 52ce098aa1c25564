package import Records
import StorageTime

extension SandboxStore {
    /// Which edges of `from … to` count as inside, from the next answer on.
    package var bounds: IntervalConvention {
        get { withState { $0.bounds } }
        set { withState { $0.bounds = newValue } }
    }

    /// Whether rows of one second come in another order at each request.
    package var shufflesTies: Bool {
        get { withState { $0.shufflesTies } }
        set { withState { $0.shufflesTies = newValue } }
    }

    /// The faults played, and how often each was. Setting them starts anew.
    package var faults: FaultPlan {
        get { withState { $0.faults } }
        set { withState { $0.faults = newValue } }
    }

    /// Sets what happens before each request to the API is answered; nil for nothing. It replaces the hook before.
    package func onRequest(_ hook: RequestHook?) {
        withState { $0.hook = hook }
    }

    /// What was answered so far.
    package var statistics: SandboxStatistics { withState { $0.statistics } }

    /// The last requests to the API, oldest first, as many as ``SandboxConfiguration/logCapacity`` says.
    package var log: [SandboxRequest] { withState { $0.log.latest } }

    /// Sets the counters to zero and empties the log.
    package func resetStatistics() {
        withState { state in
            state.statistics = SandboxStatistics()
            state.log = RequestLog()
            state.log.capacity = configuration.logCapacity
        }
    }

    /// Has every access token given so far refused with `unauthorized`.
    package func revokeAccessTokens() {
        withState { $0.tokens.revokeAccessTokens() }
    }

    /// Has every refresh token given so far refused with `invalid_grant`.
    package func revokeRefreshTokens() {
        withState { $0.tokens.revokeRefreshTokens() }
    }

    /// Has password grants need another password. Tokens given so far stay good.
    package func changePassword(to password: String) {
        withState { $0.tokens.password = password }
    }
}

extension SandboxStore {
    /// Has something changed once so many more requests to the API have come: before the next one after them is
    /// answered.
    ///
    /// Rows that come late, rows that expire, a password that changes: whatever the store can do. Each change is made
    /// once, in the order of requests, before the hook of ``onRequest(_:)`` runs. Two requests at once may both see it
    /// done.
    ///
    /// - Parameter requests: 0 has it made with the very next request.
    package func after(requests: Int, _ change: @escaping @Sendable (SandboxStore) -> Void) {
        withState { $0.changes.add(after: requests, change) }
    }
}
