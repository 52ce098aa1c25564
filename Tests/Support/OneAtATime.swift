import Synchronization
package import Testing

/// Runs a long test alone among the long ones, so that a small machine is not busy with all of them at once and the
/// short tests beside them get their turn.
package struct OneAtATime: TestTrait, SuiteTrait, TestScoping {
    package let isRecursive = true

    package func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        // A suite's own scope encloses its tests': only a test's cases take turns.
        guard testCase != nil else { return try await function() }
        await OrderedAdmission.shared.enter()
        do {
            try await function()
        } catch {
            OrderedAdmission.shared.leave()
            throw error
        }
        OrderedAdmission.shared.leave()
    }
}

extension Trait where Self == OneAtATime {
    package static var oneAtATime: Self { OneAtATime() }
}

/// Lets one in at a time, in the order of their coming.
final class OrderedAdmission: Sendable {
    static let shared = OrderedAdmission()

    private struct State {
        var isTaken = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    func enter() async {
        await withCheckedContinuation { continuation in
            let mayEnter = state.withLock { state in
                guard state.isTaken else {
                    state.isTaken = true
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
                state.isTaken = false
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.resume()
    }
}
