import Foundation
import Synchronization

@testable import Scheduler

/// A clock that stands still until it is told otherwise, and a wall clock beside it that can be set.
final class ManualClock: Clock, Sendable {
    struct Instant: InstantProtocol {
        var offset: Duration
        func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Duration { other.offset - offset }
        static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private struct Sleeper {
        let deadline: Instant
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var now = Instant(offset: .zero)
        var wall: Date
        var nextID = 0
        var sleepers: [Int: Sleeper] = [:]
        var cancelled: Set<Int> = []
        var watchers: [(isMet: @Sendable ([Duration]) -> Bool, continuation: CheckedContinuation<Void, Never>)] = []

        /// How long each sleeper still sleeps, shortest first.
        var remaining: [Duration] { sleepers.values.map { $0.deadline.offset - now.offset }.sorted() }

        mutating func takeWatchers() -> [CheckedContinuation<Void, Never>] {
            let remaining = remaining
            let met = watchers.filter { $0.isMet(remaining) }.map(\.continuation)
            watchers.removeAll { $0.isMet(remaining) }
            return met
        }
    }

    private let state: Mutex<State>

    init(wall: Date) {
        state = Mutex(State(wall: wall))
    }

    var now: Instant { state.withLock { $0.now } }
    var minimumResolution: Duration { .nanoseconds(1) }
    var time: Timekeeper { Timekeeper(clock: self, now: { self.wall }) }

    var wall: Date {
        get { state.withLock { $0.wall } }
        set { state.withLock { $0.wall = newValue } }
    }

    /// Moves both clocks, and wakes who has slept enough.
    func advance(by duration: Duration) {
        let due = state.withLock { state in
            state.now = state.now.advanced(by: duration)
            state.wall += duration / .seconds(1)
            let due = state.sleepers.filter { $0.value.deadline <= state.now }
            for id in due.keys { state.sleepers[id] = nil }
            return due.values.sorted { $0.deadline < $1.deadline }
        }
        for sleeper in due { sleeper.continuation.resume() }
    }

    /// Waits until someone sleeps for exactly `duration` more.
    func sleeper(for duration: Duration) async {
        await sleepers { $0.contains(duration) }
    }

    /// Waits until the sleepers, by how long they still sleep, are as wanted.
    func sleepers(are isMet: @escaping @Sendable ([Duration]) -> Bool) async {
        await withCheckedContinuation { continuation in
            let met = state.withLock { state in
                state.watchers.append((isMet, continuation))
                return state.takeWatchers()
            }
            for continuation in met { continuation.resume() }
        }
    }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let (outcome, met) = state.withLock {
                    state -> (Result<Void, any Error>?, [CheckedContinuation<Void, Never>]) in
                    if state.cancelled.remove(id) != nil { return (.failure(CancellationError()), []) }
                    if deadline <= state.now { return (.success(()), []) }
                    state.sleepers[id] = Sleeper(deadline: deadline, continuation: continuation)
                    return (nil, state.takeWatchers())
                }
                if let outcome { continuation.resume(with: outcome) }
                for continuation in met { continuation.resume() }
            }
        } onCancel: {
            let (sleeper, met) = state.withLock { state -> (Sleeper?, [CheckedContinuation<Void, Never>]) in
                guard let sleeper = state.sleepers.removeValue(forKey: id) else {
                    state.cancelled.insert(id)
                    return (nil, [])
                }
                return (sleeper, state.takeWatchers())
            }
            sleeper?.continuation.resume(throwing: CancellationError())
            for continuation in met { continuation.resume() }
        }
    }
}
