import Synchronization

/// The request rates of addresses: the vendor counts requests by the address they come from, whatever the account, so
/// that all accounts of a process on one host share what it allows.
package final class AddressRates: Sendable {
    /// The process's own. Tests make others.
    package static let process = AddressRates()

    /// Requests a second that the vendor's reference allows from one address.
    package static let perSecond = 20.0

    private let limiters = Mutex<[String: RateLimiter]>([:])

    package init() {}

    func limiter(of host: String, _ effects: Effects) -> RateLimiter {
        limiters.withLock { limiters in
            if let limiter = limiters[host] { return limiter }
            let limiter = RateLimiter(
                bucket: TokenBucket(rate: Self.perSecond, burst: Int(Self.perSecond)), effects: effects)
            limiters[host] = limiter
            return limiter
        }
    }
}
