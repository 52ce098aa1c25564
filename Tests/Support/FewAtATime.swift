import Foundation
import Synchronization
package import Testing

/// Runs a few long tests at a time, two a core since most of them wait now and then, so that a small machine is not
/// busy with all of them at once and the short tests beside them get their turn.
///
/// Those that mostly wait, for a clock or a retry, take turns of their own: as many as that run beside the others.
package struct FewAtATime: TestTrait, SuiteTrait, TestScoping {
    package let isRecursive = true
    fileprivate let queue: TestQueue

    package func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        // A suite's own scope encloses its tests': only a test's cases take turns.
        guard testCase != nil else { return try await function() }
        await queue.enter()
        do {
            try await function()
        } catch {
            queue.leave()
            throw error
        }
        queue.leave()
    }
}

extension Trait where Self == FewAtATime {
    package static var fewAtATime: Self { FewAtATime(queue: .working) }
    package static var fewWaitingAtATime: Self { FewAtATime(queue: .waiting) }
}

/// Lets two in a core, in the order of their coming.
private final class TestQueue: Sendable {
    static let working = TestQueue()
    static let waiting = TestQueue()

    private struct State {
        var free = 2 * max(1, ProcessInfo.processInfo.activeProcessorCount)
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    func enter() async {
        await withCheckedContinuation { continuation in
            let mayEnter = state.withLock { state in
                guard state.free == 0 else {
                    state.free -= 1
                    return true
                }
                state.waiting.append(continuation)
                return false
            }
            if mayEnter { continuation.resume() }
        }
    }

    func leave() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard !state.waiting.isEmpty else {
                state.free += 1
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.resume()
    }
}
