import Foundation
import Testing

@testable import Jobs

/// What waits for the end of something long, mostly in vain.
@Suite(.timeLimit(.minutes(30))) struct TimerClockTests {
    /// A sleep that was begun and is to be held by nothing once it is over.
    private struct Begun {
        weak var sleep: TimerSleep?
        let task: Task<Void, any Error>

        init(_ duration: Duration) {
            let sleep = TimerSleep()
            self.sleep = sleep
            task = Task { try await sleep.wait(duration) }
        }
    }

    @Test func aSleepLastsAsLongAsItIsToldTo() async throws {
        let clock = TimerClock()
        for duration in [Duration.zero, .nanoseconds(-5), .milliseconds(1), .milliseconds(30)] {
            let start = clock.now
            try await clock.sleep(for: duration)
            #expect(clock.now - start >= duration)
        }
    }

    @Test(arguments: [Duration.seconds(3600), .seconds(Int64.max / 4), .milliseconds(20)])
    func aSleepThatIsCancelledLeavesNothingBehind(duration: Duration) async throws {
        for turns in [0, 1, 10, 1000] {
            let begun = Begun(duration)
            for _ in 0..<turns { await Task.yield() }
            begun.task.cancel()
            _ = await begun.task.result
            // The timer's queue lets go of it in its own time.
            while begun.sleep != nil, !Task.isCancelled { await Task.yield() }
            #expect(begun.sleep == nil)
        }
    }

    @Test func aCancelledSleepEndsWithACancellation() async {
        let task = Task { try await TimerClock().sleep(for: .seconds(3600)) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}
