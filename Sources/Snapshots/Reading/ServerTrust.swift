import Synchronization

/// How far a server's answers about a task are believed, by how often they contradicted each other of late.
///
/// While they are doubted, each window is closed alone, and rows at the edges that no other answer shows are asked for.
/// Safe to use from several tasks at once.
final class ServerTrust: Sendable {
    /// How many windows have to be closed without a contradiction before the answers are believed again.
    static let windowsToRegainTrust = 32
    private static let mostDoubt = 2

    /// How far the answers are believed at a moment: what a later run goes on from.
    struct Standing: Sendable, Hashable {
        var windowsLeft = 0
        var doubt = 0
        var isUntried = false

        mutating func addDoubt(windows: Int) {
            windowsLeft = max(windowsLeft, windows)
            doubt = min(doubt + 1, ServerTrust.mostDoubt)
        }
    }
    private let state = Mutex(Standing())

    /// From 0 (answers are believed) to 2 (they contradicted each other more than once).
    var doubt: Int { state.withLock { $0.doubt } }

    /// Whether answers are not believed without a further proof.
    var isDoubted: Bool { doubt > 0 }

    /// Whether a contradiction was seen: a server that was never asked before is doubted without one.
    var hasSeenContradiction: Bool { state.withLock { $0.doubt > 0 && !$0.isUntried } }

    var standing: Standing { state.withLock { $0 } }

    /// Goes on from where an earlier run left off.
    func resume(_ standing: Standing) {
        state.withLock { state in
            state = standing
            state.doubt = min(max(standing.doubt, 0), Self.mostDoubt)
            state.windowsLeft = min(standing.windowsLeft, Self.windowsToRegainTrust)
            if state.windowsLeft <= 0 { state = Standing() }
        }
    }

    /// Doubts a server that was never asked for the task before.
    ///
    /// - Parameter windows: how many windows have to be closed without a contradiction before it is believed.
    func begin(windows: Int) {
        state.withLock { state in
            state.isUntried = state.isUntried || state.doubt == 0
            state.addDoubt(windows: windows)
        }
    }

    /// Two answers did not agree with each other.
    func recordContradiction() {
        state.withLock { state in
            state.isUntried = false
            state.addDoubt(windows: Self.windowsToRegainTrust)
        }
    }

    /// Windows were closed, and nothing was wrong with them.
    func recordAgreement(windows: Int) {
        state.withLock { state in
            state.windowsLeft -= windows
            if state.windowsLeft <= 0 { state = Standing() }
        }
    }
}
