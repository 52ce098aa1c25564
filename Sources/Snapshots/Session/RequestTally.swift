import Synchronization

/// Counts the requests made for one window.
final class RequestTally: Sendable {
    private let total = Atomic<Int>(0)

    var count: Int { total.load(ordering: .relaxed) }

    func add() {
        total.add(1, ordering: .relaxed)
    }
}
