import Synchronization

/// A clock on which short sleeps are over at once, and are noted; long ones last until they are cancelled.
final class SkippingClock: Clock, Sendable {
    struct Instant: InstantProtocol {
        var offset: Duration
        func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Duration { other.offset - offset }
        static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private struct State {
        var now = Instant(offset: .zero)
        var sleeps: [Duration] = []
        var parked: [Duration] = []
    }

    private let state = Mutex(State())
    private let limit: Duration

    /// - Parameter limit: what is a long sleep.
    init(limit: Duration = .seconds(150)) {
        self.limit = limit
    }

    var now: Instant { state.withLock { $0.now } }
    var minimumResolution: Duration { .zero }
    /// The short sleeps, in the order in which they were begun.
    var sleeps: [Duration] { state.withLock { $0.sleeps } }

    /// The long sleeps, cancelled ones included.
    var parked: [Duration] { state.withLock { $0.parked } }

    /// Lets time pass.
    func advance(by duration: Duration) {
        state.withLock { $0.now = $0.now.advanced(by: duration) }
    }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        try Task.checkCancellation()
        let length = state.withLock { state in
            let length = state.now.duration(to: deadline)
            if length < limit {
                state.sleeps.append(length)
                state.now = max(state.now, deadline)
            } else {
                state.parked.append(length)
            }
            return length
        }
        while length >= limit { try await Task.sleep(for: .milliseconds(5)) }
    }
}
