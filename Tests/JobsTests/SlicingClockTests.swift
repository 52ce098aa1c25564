import Jobs
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(60))) struct SlicingClockTests {
    /// A clock that sleeps at once, and notes how long.
    private final class NotingClock: Clock, Sendable {
        struct Instant: InstantProtocol {
            var offset: Duration
            func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
            func duration(to other: Instant) -> Duration { other.offset - offset }
            static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
        }

        private let state = Mutex((now: Instant(offset: .zero), sleeps: [Duration]()))
        var now: Instant { state.withLock { $0.now } }
        var minimumResolution: Duration { .zero }
        var sleeps: [Duration] { state.withLock { $0.sleeps } }

        func sleep(until deadline: Instant, tolerance: Duration?) async throws {
            try Task.checkCancellation()
            state.withLock { state in
                state.sleeps.append(state.now.duration(to: deadline))
                state.now = max(state.now, deadline)
            }
        }
    }

    @Test(arguments: [
        (Duration.zero, [Duration.zero]), (.milliseconds(5), [.milliseconds(5)]), (.seconds(10), [.seconds(10)]),
        (.milliseconds(10_001), [.seconds(10), .milliseconds(1)]),
        (.seconds(1800), Array(repeating: .seconds(10), count: 180)),
    ])
    func aLongSleepIsARowOfShortOnesAndLastsAsLong(duration: Duration, slices: [Duration]) async throws {
        let base = NotingClock()
        try await SlicingClock(base).sleep(for: duration)
        #expect(base.sleeps == slices)
        #expect(base.now.offset == duration)
    }

    @Test func aCancelledSleepEndsAtOnce() async {
        let task = Task { try await SlicingClock().sleep(for: .seconds(1_000_000)) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}
