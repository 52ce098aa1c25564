internal import Synchronization

/// Whether a run has made sure that the server heeds `from` and `to`: asked once a run, by the first task with work.
final class ServerCheck: Sendable {
    private let hasPassed = Mutex(false)

    func passOnce(_ check: () async throws -> Void) async throws {
        guard !hasPassed.withLock({ $0 }) else { return }
        try await check()
        hasPassed.withLock { $0 = true }
    }
}
