package import Foundation

/// What the client needs from the world besides the network: passed in, so that tests do not wait or depend on chance.
package struct Effects: Sendable {
    package var clock: any Clock<Duration>
    package var now: @Sendable () -> Date
    /// `0 ..< 1`.
    package var random: @Sendable () -> Double

    package init(
        clock: any Clock<Duration> = ContinuousClock(),
        now: @escaping @Sendable () -> Date = { Date() },
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
    ) {
        self.clock = clock
        self.now = now
        self.random = random
    }

    /// A function that tells the time passed since this call.
    func stopwatch() -> @Sendable () -> Duration { clock.stopwatch() }
}

extension Clock where Duration == Swift.Duration {
    fileprivate func stopwatch() -> @Sendable () -> Duration {
        let start = now
        return { start.duration(to: now) }
    }
}

/// The work took longer than its limit.
struct TimeLimitExceeded: Error {}

/// Runs `work` for at most `limit`; then cancels it, waits until it has stopped, and throws ``TimeLimitExceeded``.
func withTimeLimit<Value: Sendable>(
    _ limit: Duration, clock: any Clock<Duration>, _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value?.self) { group in
        group.addTask { try await work() }
        group.addTask {
            try await clock.sleep(for: limit)
            return nil
        }
        defer { group.cancelAll() }
        guard let first = try await group.next(), let value = first else { throw TimeLimitExceeded() }
        return value
    }
}
