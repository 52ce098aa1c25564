import Synchronization
import Testing

@testable import OctoparseAPI

@Suite(.timeLimit(.minutes(60)))
struct InFlightLimitTests {
    @Test func noMoreThanTheLimitRunAtOnce() async throws {
        let limit = InFlightLimit(3)
        let gauge = Gauge()
        try await withThrowingTaskGroup { group in
            for _ in 0..<50 {
                group.addTask {
                    try await limit.run {
                        gauge.enter()
                        for _ in 0..<20 { await Task.yield() }
                        gauge.leave()
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(gauge.most == 3)
        #expect(gauge.done == 50)
    }

    @Test func aFailureGivesItsPlaceBack() async throws {
        struct Failure: Error {}
        let limit = InFlightLimit(1)
        for _ in 0..<3 {
            await #expect(throws: Failure.self) { try await limit.run { throw Failure() } }
        }
        #expect(try await limit.run { 7 } == 7)
    }

    @Test func aCancelledWaiterLeavesTheLine() async throws {
        let limit = InFlightLimit(1)
        let gate = ManualGate()
        let isInside = Mutex(false)
        let holder = Task {
            try await limit.run {
                isInside.withLock { $0 = true }
                await gate.wait()
            }
        }
        await eventually { isInside.withLock { $0 } }
        let waiter = Task { try await limit.run { Issue.record("ran although cancelled") } }
        waiter.cancel()
        await #expect(throws: CancellationError.self) { try await waiter.value }
        gate.open()
        try await holder.value
        #expect(try await limit.run { true })
    }
}

private final class Gauge: Sendable {
    private let state = Mutex((now: 0, most: 0, done: 0))

    var most: Int { state.withLock { $0.most } }
    var done: Int { state.withLock { $0.done } }

    func enter() {
        state.withLock {
            $0.now += 1
            $0.most = max($0.most, $0.now)
        }
    }

    func leave() {
        state.withLock {
            $0.now -= 1
            $0.done += 1
        }
    }
}
