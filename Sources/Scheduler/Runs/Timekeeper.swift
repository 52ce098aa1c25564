package import Foundation
import Jobs

/// The two clocks that a scheduler needs: one to wait by and one on the wall. Passed in, so that tests do not wait.
package struct Timekeeper: Sendable {
    /// Measures and waits; never set back.
    package var clock: any Clock<Duration>
    /// What the wall clock says, which may jump either way.
    package var now: @Sendable () -> Date

    /// Each run ends a sleep of its time limit long before its time.
    package static let slicing: any Clock<Duration> = SlicingClock()

    package init(
        clock: any Clock<Duration> = Timekeeper.slicing, now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.clock = clock
        self.now = now
    }

    /// A function that tells the time passed since this call.
    func stopwatch() -> @Sendable () -> Duration { clock.stopwatch() }

    /// - Returns: whether the whole time has passed; false where the task was cancelled.
    func sleep(for duration: Duration) async -> Bool {
        (try? await clock.sleep(for: duration)) != nil
    }

    /// Runs `work` and waits for its end. After `limit` its task is cancelled, once `onLimit` was called.
    func limited<Value: Sendable>(
        to limit: Duration, onLimit: @escaping @Sendable () -> Void = {},
        _ work: @escaping @Sendable () async -> Value
    ) async -> Value {
        let task = Task { await work() }
        return await withTaskCancellationHandler {
            // Cancelled and awaited where this scope ends.
            async let _: Void = cancel(task, after: limit, onLimit)
            return await task.value
        } onCancel: {
            task.cancel()
        }
    }

    private func cancel<Value: Sendable>(
        _ task: Task<Value, Never>, after limit: Duration, _ onLimit: @Sendable () -> Void
    ) async {
        guard await sleep(for: limit) else { return }
        onLimit()
        task.cancel()
    }
}

extension Clock where Duration == Swift.Duration {
    fileprivate func stopwatch() -> @Sendable () -> Duration {
        let start = now
        return { start.duration(to: now) }
    }
}
