import Foundation

/// A limit of requests a second, as a bucket that holds a second's worth and fills steadily.
struct RequestBucket: Sendable {
    private let perSecond: Double
    private var level: Double
    private var last: Date

    init(perSecond: Int, at now: Date) {
        self.perSecond = Double(perSecond)
        level = Double(perSecond)
        last = now
    }

    /// Whether one more request is within the limit; it then counts.
    mutating func take(at now: Date) -> Bool {
        // A clock that went back fills nothing.
        level = min(perSecond, level + max(0, now.timeIntervalSince(last)) * perSecond)
        last = now
        guard level >= 1 else { return false }
        level -= 1
        return true
    }
}
