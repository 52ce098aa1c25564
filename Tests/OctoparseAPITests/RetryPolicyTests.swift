import Testing

@testable import OctoparseAPI

struct RetryPolicyTests {
    private let policy = RetryPolicy(
        maximumAttempts: 6, base: .milliseconds(500), cap: .seconds(4), retryAfterFloor: .seconds(1),
        retryAfterCap: .seconds(60))

    private func error(_ code: APIError.Code, retryAfter: Duration? = nil) -> APIError {
        var error = APIError(code, "message")
        error.retryAfter = retryAfter
        return error
    }

    @Test(arguments: [(1, 500), (2, 1000), (3, 2000), (4, 4000), (5, 4000)])
    func theCeilingDoublesUpToTheCap(attempt: Int, milliseconds: Int) {
        #expect(policy.ceiling(attempt: attempt) == .milliseconds(milliseconds))
    }

    @Test(arguments: [0, 0.25, 0.5, 0.999])
    func theJitterIsFull(random: Double) {
        let decision = policy.decide(after: error(.unavailable), attempt: 3, random: random)
        #expect(decision == .wait(.seconds(2) * random))
    }

    @Test func aHugeAttemptNumberOverflowsNothing() {
        #expect(policy.ceiling(attempt: 1_000_000) == .seconds(4))
    }

    @Test func theLastAttemptIsTheLast() {
        #expect(policy.decide(after: error(.network), attempt: 5, random: 0) == .wait(.zero))
        #expect(policy.decide(after: error(.network), attempt: 6, random: 0) == .giveUp)
    }

    @Test(arguments: APIError.Code.allCases)
    func onlyTransientErrorsAreRetried(code: APIError.Code) {
        let isRetried = policy.decide(after: error(code), attempt: 1, random: 0) != .giveUp
        let transient: Set<APIError.Code> = [.rateLimited, .serverError, .unavailable, .network, .timeout, .malformed]
        #expect(isRetried == transient.contains(code))
    }

    /// `Retry-After`, and the wait with no jitter and with half of it.
    @Test(
        arguments: [
            (nil, 1000, 1000), (Duration.zero, 1000, 1250), (.milliseconds(300), 1000, 1250), (.seconds(7), 7000, 7250),
            (.seconds(3600), 60_000, 60_250),
        ] as [(Duration?, Int, Int)])
    func retryAfterHasAFloorAndACap(asked: Duration?, least: Int, half: Int) {
        let error = error(.rateLimited, retryAfter: asked)
        #expect(policy.decide(after: error, attempt: 1, random: 0) == .wait(.milliseconds(least)))
        #expect(policy.decide(after: error, attempt: 1, random: 0.5) == .wait(.milliseconds(half)))
    }

    @Test func retryAfterCountsForOtherTransientErrorsToo() {
        let error = error(.unavailable, retryAfter: .seconds(9))
        #expect(policy.decide(after: error, attempt: 1, random: 0) == .wait(.seconds(9)))
    }

    @Test func aRequestThatCannotBeRepeatedIsRetriedOnlyWhereTheServerDidNotAct() {
        for code in APIError.Code.allCases {
            let isRetried = policy.decide(after: error(code), attempt: 1, isRepeatable: false, random: 0) != .giveUp
            #expect(isRetried == (code == .rateLimited), "\(code)")
        }
        var unsent = error(.network)
        unsent.isBeforeSending = true
        #expect(policy.decide(after: unsent, attempt: 1, isRepeatable: false, random: 0) == .wait(.zero))
    }
}
