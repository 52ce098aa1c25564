internal import Synchronization

/// How much the server's answers about a task contradicted each other of late. Where they did, windows are closed one by one,
/// and what nothing else vouches for is asked about more often, the more the oftener they did.
final class Contradictions: Sendable {
    /// How many windows have to be closed without another one before the server is taken at its word again.
    static let patience = 32
    private static let mostDoubt = 2

    private struct State {
        var windowsLeft = 0
        var doubt = 0
    }
    private let state = Mutex(State())

    /// From 0 (none were seen) to 2.
    var doubt: Int { state.withLock { $0.doubt } }

    var wereSeen: Bool { doubt > 0 }

    /// - Parameter windows: how many windows have to be closed without another.
    func note(windows: Int = patience) {
        state.withLock { state in
            state.windowsLeft = max(state.windowsLeft, windows)
            state.doubt = min(state.doubt + 1, Self.mostDoubt)
        }
    }

    /// Windows were closed, and nothing was wrong with them.
    func noteAgreement(windows: Int) {
        state.withLock { state in
            state.windowsLeft -= windows
            if state.windowsLeft <= 0 { state = State() }
        }
    }
}
