import Synchronization

/// Lets numbered work begin in the order of its numbers, a fixed number at a time.
///
/// It is asked just before each begins whether it still may; once it may not, nothing further does.
final class OrderedAdmission: Sendable {
    private struct State {
        var free: Int
        /// The number whose turn is next.
        var next = 0
        var isShut = false
        var waiting: [Int: CheckedContinuation<Bool, Never>] = [:]
    }

    private let state: Mutex<State>
    private let mayBegin: @Sendable () -> Bool

    init(width: Int, mayBegin: @escaping @Sendable () -> Bool) {
        state = Mutex(State(free: width))
        self.mayBegin = mayBegin
    }

    /// Waits for the turn of `number`, and runs `work`; nil where it may not begin any more.
    ///
    /// Numbers count from 0, and each must come once: those behind it wait. Cancelling cuts no wait short, for whatever
    /// is under way is cancelled with it, and makes room.
    func pass<Result: Sendable>(_ number: Int, _ work: () async throws -> Result) async rethrows -> Result? {
        let begins = await withCheckedContinuation { turn in
            state.withLock { state in
                state.waiting[number] = turn
                admit(&state)
            }
        }
        guard begins else { return nil }
        defer {
            state.withLock { state in
                state.free += 1
                admit(&state)
            }
        }
        return try await work()
    }

    private func admit(_ state: inout State) {
        while state.free > 0 || state.isShut, let turn = state.waiting.removeValue(forKey: state.next) {
            state.next += 1
            if !state.isShut, !mayBegin() { state.isShut = true }
            if !state.isShut { state.free -= 1 }
            turn.resume(returning: !state.isShut)
        }
    }
}
