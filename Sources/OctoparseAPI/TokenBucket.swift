/// A request rate as a pure value: each request reserves the next free moment.
///
/// It keeps the moment at which the next request is due (the generic cell rate algorithm), which is the same as a
/// bucket of `burst` tokens that refills at `rate`, without the fractions. Times are measured from any fixed start.
package struct TokenBucket: Sendable, Hashable {
    private let interval: Duration
    private let slack: Duration
    private var next: Duration = .zero

    /// - Parameters:
    ///   - rate: requests a second; 0 is no limit.
    ///   - burst: requests that may go at once after a pause, at least 1.
    package init(rate: Double, burst: Int) {
        // A century stands for ever, and what is far longer no `Duration` holds.
        interval = rate > 0 ? .seconds(min(1 / rate, 3_155_760_000)) : .zero
        slack = interval * (max(burst, 1) - 1)
        next = .zero - slack
    }

    /// Takes the next place in the line.
    ///
    /// - Returns: how long from `now` until the request may go; zero is at once.
    /// - Complexity: O(1).
    package mutating func reserve(at now: Duration) -> Duration {
        let start = max(next, now - slack)
        next = start + interval
        return max(start - now, .zero)
    }

    /// Lets no request go before `moment`, those that already hold a place excepted; after it they go one by one,
    /// without a burst.
    package mutating func hold(until moment: Duration) {
        next = max(next, moment)
    }
}
