import Synchronization

/// Whether a run has made sure of something about the server: `from` is asked about by the first task with work, `to`
/// by the first that cuts a window.
final class ServerCheck: Sendable {
    private let hasPassed = Mutex(false)

    func passOnce(_ check: () async throws -> Void) async throws {
        guard !hasPassed.withLock({ $0 }) else { return }
        try await check()
        hasPassed.withLock { $0 = true }
    }
}
