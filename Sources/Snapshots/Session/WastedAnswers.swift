import Synchronization

/// Counts answers with rows that were thrown away, since they were too long, or had moved, and were asked for again.
final class WastedAnswers: Sendable {
    private let total = Atomic<Int>(0)

    var count: Int { total.load(ordering: .relaxed) }

    func add(_ answers: Int = 1) {
        total.add(answers, ordering: .relaxed)
    }
}
