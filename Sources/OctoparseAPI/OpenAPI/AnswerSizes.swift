import Synchronization

/// How many rows each task's answers hold at most, as far as the server was seen to refuse more.
///
/// The vendor caps an answer's bytes, at 4 MB up to 200 rows and at 8 MB above, and does not say whether more is a
/// shorter answer or an error, nor which one. So where a request fails, the same one for a single row does not, and it
/// fails again, the size was the reason: half as many are asked for until that is answered, and for the task from then
/// on.
final class AnswerSizes: Sendable {
    private let most = Mutex<[String: Int]>([:])

    /// - Parameters:
    ///   - size: rows wanted, 1 to 1000.
    ///   - ask: asks for at most so many.
    /// - Throws: what the first request threw, unless one for a single row is answered.
    func ask<Answer>(
        task: String, size: Int, _ ask: (Int) async throws -> Answer
    ) async throws -> Answer {
        var size = min(size, most.withLock { $0[task] } ?? size)
        do {
            return try await ask(size)
        } catch let error as APIError where size > 1 && error.mayBeOfSize {
            guard (try? await ask(1)) != nil else { throw error }
        }
        let wanted = size
        while true {
            try Task.checkCancellation()
            do {
                let answer = try await ask(size)
                if size < wanted { most.withLock { $0[task] = size } }
                return answer
            } catch let error as APIError where size > 1 && error.mayBeOfSize {
                size = max(1, size / 2)
            }
        }
    }
}

extension APIError {
    /// Whether an answer with fewer rows may be given where this one was not.
    fileprivate var mayBeOfSize: Bool {
        switch code {
        case .unexpected, .serverError, .tooLarge, .pageSize: true
        default: false
        }
    }
}
