import Synchronization

/// How much the server's answers about a task contradicted each other of late. Where they did, windows are closed one
/// by one, and what nothing else vouches for is asked about more often, the more the oftener they did.
final class Contradictions: Sendable {
    /// How many windows have to be closed without another one before the server is taken at its word again.
    static let patience = 32
    private static let mostDoubt = 2

    private struct State {
        var windowsLeft = 0
        var doubt = 0
        var isUntried = false

        mutating func addDoubt(windows: Int) {
            windowsLeft = max(windowsLeft, windows)
            doubt = min(doubt + 1, Contradictions.mostDoubt)
        }
    }
    private let state = Mutex(State())

    /// From 0 (none were seen) to 2.
    var doubt: Int { state.withLock { $0.doubt } }

    /// Whether the server is not taken at its word.
    var isDoubted: Bool { doubt > 0 }

    /// Whether any was seen; a server that was never asked before is doubted without.
    var wereSeen: Bool { state.withLock { $0.doubt > 0 && !$0.isUntried } }

    /// A server that was never asked for the task before has to earn being taken at its word.
    ///
    /// - Parameter windows: how many windows have to be closed without a contradiction.
    func begin(windows: Int) {
        state.withLock { state in
            state.isUntried = state.isUntried || state.doubt == 0
            state.addDoubt(windows: windows)
        }
    }

    func note() {
        state.withLock { state in
            state.isUntried = false
            state.addDoubt(windows: Self.patience)
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
