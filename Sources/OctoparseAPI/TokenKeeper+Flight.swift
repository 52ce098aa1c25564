// One flight: whoever comes while it is under way waits for its outcome. It goes on when a waiter is cancelled, and
// ends with the last of them.
extension TokenKeeper {
    func join(_ plan: TokenState.Plan) async throws -> Token {
        try Task.checkCancellation()
        let id = newID()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                if Task.isCancelled {
                    continuation.resume(throwing: CancellationError())
                    return
                }
                waiting[id] = continuation
                if flight == nil { start(plan) }
            }
        } onCancel: {
            Task { await abandon(id) }
        }
    }

    private func start(_ plan: TokenState.Plan) {
        let id = newID()
        flight = (
            id,
            Task {
                do {
                    land(id, .success(try await obtain(plan)))
                } catch {
                    land(id, .failure(error))
                }
            }
        )
    }

    private func land(_ id: Int, _ outcome: Result<Token, any Error>) {
        guard flight?.id == id else { return }
        flight = nil
        let landed = waiting
        waiting = [:]
        for continuation in landed.values { continuation.resume(with: outcome) }
    }

    private func abandon(_ id: Int) {
        guard let continuation = waiting.removeValue(forKey: id) else { return }
        continuation.resume(throwing: CancellationError())
        if waiting.isEmpty {
            flight?.task.cancel()
            flight = nil
        }
    }

    private func newID() -> Int {
        lastID += 1
        return lastID
    }
}
