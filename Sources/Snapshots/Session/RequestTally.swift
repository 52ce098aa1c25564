import Synchronization

/// Counts requests: those made for one window, or those of a session whose answers were thrown away.
final class RequestTally: Sendable {
    private let total = Atomic<Int>(0)

    var count: Int { total.load(ordering: .relaxed) }

    func add(_ requests: Int = 1) {
        total.add(requests, ordering: .relaxed)
    }
}
