/// Keeps an account's requests to its rate: a ``TokenBucket`` and a clock.
actor RateLimiter {
    private var bucket: TokenBucket
    private let clock: any Clock<Duration>
    /// The address's own, which all accounts there share.
    private let shared: RateLimiter?
    private let elapsed: @Sendable () -> Duration

    init(bucket: TokenBucket, effects: Effects, shared: RateLimiter? = nil) {
        self.shared = shared
        self.bucket = bucket
        clock = effects.clock
        elapsed = effects.stopwatch()
    }

    /// Returns when the next request may go; callers go in the order in which they came.
    ///
    /// - Throws: `CancellationError`. The place in the line is then lost.
    func waitForTurn() async throws {
        try Task.checkCancellation()
        let wait = bucket.reserve(at: elapsed())
        if wait > .zero { try await clock.sleep(for: wait) }
        try await shared?.waitForTurn()
    }

    /// Lets the whole account pause for `duration`, since a 429 concerns all of its requests.
    func pause(for duration: Duration) async {
        bucket.hold(until: elapsed() + duration)
        await shared?.pause(for: duration)
    }
}
