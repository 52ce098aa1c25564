import Synchronization

/// Whether the server was made sure of in something that is remembered for a day: that it heeds `to`, which is asked
/// about where the first window is cut.
final class ServerCheck: Sendable {
    private struct State {
        var hasPassed = false
        var hasAsked = false
    }
    private let state = Mutex(State())

    /// - Parameter hasPassed: whether an earlier run has made sure of it lately.
    init(hasPassed: Bool = false) {
        state.withLock { $0.hasPassed = hasPassed }
    }

    /// Whether it was asked about here, and passed.
    var hasAsked: Bool { state.withLock { $0.hasAsked } }

    func passOnce(_ check: () async throws -> Void) async throws {
        guard !state.withLock({ $0.hasPassed }) else { return }
        try await check()
        state.withLock { $0 = State(hasPassed: true, hasAsked: true) }
    }
}
