import Records
import Synchronization

/// Thins out the notes about retries: one at a time, then none for a while, so that an outage does not fill the log.
package struct RetryNotice: Sendable, Hashable {
    private let interval: Duration
    private var last: Duration?
    private var unlogged = 0

    package init(interval: Duration = .seconds(10)) {
        self.interval = interval
    }

    /// - Returns: how many notes went unlogged since the last one, where this one is to be logged; else nil.
    package mutating func note(at now: Duration) -> Int? {
        if let last, now - last < interval {
            unlogged += 1
            return nil
        }
        defer { unlogged = 0 }
        last = now
        return unlogged
    }
}

/// A ``RetryNotice`` shared by all calls of a client.
final class RetryNotices: Sendable {
    private let notice = Mutex(RetryNotice())
    private let elapsed: @Sendable () -> Duration

    init(effects: Effects) {
        elapsed = effects.stopwatch()
    }

    func note() -> Int? {
        let now = elapsed()
        return notice.withLock { $0.note(at: now) }
    }
}
