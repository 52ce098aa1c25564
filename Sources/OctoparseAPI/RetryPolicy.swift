/// Whether, and after how long, a failed request is sent again. Knows no clock and no server.
///
/// The wait is exponential with full jitter: a random part of `base · 2^(attempt-1)`, at most `cap`, so that clients
/// which failed together do not come back together.
package struct RetryPolicy: Sendable, Hashable {
    package enum Decision: Sendable, Hashable {
        case wait(Duration)
        case giveUp
    }

    package var maximumAttempts: Int
    package var base: Duration
    package var cap: Duration
    package var retryAfterFloor: Duration
    package var retryAfterCap: Duration

    package init(
        maximumAttempts: Int, base: Duration, cap: Duration, retryAfterFloor: Duration, retryAfterCap: Duration
    ) {
        self.maximumAttempts = maximumAttempts
        self.base = base
        self.cap = cap
        self.retryAfterFloor = retryAfterFloor
        self.retryAfterCap = retryAfterCap
    }

    init(_ configuration: APIConfiguration) {
        self.init(
            maximumAttempts: configuration.maximumAttempts, base: configuration.backoffBase,
            cap: configuration.backoffCap, retryAfterFloor: configuration.retryAfterFloor,
            retryAfterCap: configuration.retryAfterCap)
    }

    /// - Parameters:
    ///   - attempt: how often the request has been sent, 1 and up.
    ///   - isRepeatable: false for a request whose answer changes the server; it is sent again only where the error
    ///     proves that the server did not act on it.
    ///   - random: `0 ..< 1`.
    package func decide(
        after error: APIError, attempt: Int, isRepeatable: Bool = true, random: Double
    ) -> Decision {
        guard attempt < maximumAttempts, error.isTransient, isRepeatable || error.isWithoutEffect else {
            return .giveUp
        }
        let backoff = ceiling(attempt: attempt) * random
        guard error.retryAfter != nil || error.code == .rateLimited else { return .wait(backoff) }
        let asked = min(max(error.retryAfter ?? .zero, retryAfterFloor), max(retryAfterCap, retryAfterFloor))
        // What was asked for is the least; the jitter on top spreads those who were told the same.
        return .wait(error.retryAfter == nil ? max(asked, backoff) : asked + base * random)
    }

    /// The longest wait after this attempt, without what a server asks for.
    package func ceiling(attempt: Int) -> Duration {
        var ceiling = base
        for _ in 1..<max(attempt, 1) {
            guard ceiling < cap else { break }
            ceiling *= 2
        }
        return min(ceiling, cap)
    }
}
