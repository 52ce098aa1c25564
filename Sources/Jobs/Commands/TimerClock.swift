import Dispatch
import Synchronization

/// A clock as `ContinuousClock`, but for sleeps that are cancelled: they leave nothing behind.
///
/// The library's own keep what they hold, about 700 bytes on Linux, until the time at which they were to end. Each run of a
/// job ends such a sleep: its time limit, half an hour ahead. A job of every second would hold a megabyte of them.
package struct TimerClock: Clock {
    package typealias Instant = ContinuousClock.Instant

    package init() {}

    package var now: Instant { .now }
    package var minimumResolution: Duration { ContinuousClock().minimumResolution }

    package func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        try Task.checkCancellation()
        try await TimerSleep().wait(now.duration(to: deadline))
    }
}

/// One sleep: a timer, and the task that waits for it.
final class TimerSleep: Sendable {
    private enum State {
        case notStarted
        case cancelled
        case waiting(CheckedContinuation<Void, any Error>, any DispatchSourceTimer)
        case over
    }

    private let state = Mutex(State.notStarted)

    /// Returns once `duration` has passed. To be called once.
    ///
    /// - Throws: `CancellationError` as soon as the task is cancelled.
    func wait(_ duration: Duration) async throws {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { start(duration, $0) }
        } onCancel: {
            end(with: .failure(CancellationError()))
        }
    }

    private func start(_ duration: Duration, _ continuation: CheckedContinuation<Void, any Error>) {
        let isCancelled = state.withLock { state in
            if case .cancelled = state { return true }
            let timer = DispatchSource.makeTimerSource()
            timer.setEventHandler { self.end(with: .success(())) }
            timer.schedule(deadline: .now() + Self.interval(duration))
            // Should it be over at once, its handler waits for the lock.
            timer.activate()
            state = .waiting(continuation, timer)
            return false
        }
        if isCancelled { continuation.resume(throwing: CancellationError()) }
    }

    private func end(with result: Result<Void, any Error>) {
        let waiting = state.withLock { state -> CheckedContinuation<Void, any Error>? in
            switch state {
            case .notStarted:
                state = .cancelled
                return nil
            case .waiting(let continuation, let timer):
                timer.cancel()
                state = .over
                return continuation
            case .cancelled, .over:
                return nil
            }
        }
        waiting?.resume(with: result)
    }

    /// At most a hundred years, which is as good as for ever.
    private static func interval(_ duration: Duration) -> DispatchTimeInterval {
        let duration = min(max(duration, .zero), .seconds(100 * 366 * 86_400))
        let (seconds, attoseconds) = duration.components
        return .nanoseconds(Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000))
    }
}
