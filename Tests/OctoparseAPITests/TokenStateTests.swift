import Foundation
import Testing

@testable import OctoparseAPI

struct TokenStateTests {
    private let start = Date(timeIntervalSince1970: 1_795_000_000)

    private func state(lifetime: Double = 1000, refresh: String? = "r1") -> (TokenState, Token) {
        var state = TokenState()
        let token = state.take(access: "a1", refresh: refresh, lifetime: lifetime, at: start)
        return (state, token)
    }

    @Test func withoutATokenOneLogsIn() {
        #expect(TokenState().need(at: start) == .obtain(.login))
    }

    /// Lifetime in seconds, and when of it a new token is got.
    @Test(arguments: [(1000.0, 900.0), (86_399, 86_099), (10, 9)])
    func aTokenIsRenewedBeforeItExpires(lifetime: Double, renewal: Double) {
        let (state, token) = state(lifetime: lifetime)
        #expect(state.need(at: start.addingTimeInterval(renewal - 0.5)) == .use(token))
        #expect(state.need(at: start.addingTimeInterval(renewal)) == .obtain(.refresh("r1")))
        #expect(token.expiresAt == start.addingTimeInterval(lifetime))
    }

    @Test func withoutARefreshTokenOneLogsInAgain() {
        let (state, _) = state(refresh: nil)
        #expect(state.need(at: start.addingTimeInterval(1000)) == .obtain(.login))
    }

    @Test func aRefusedTokenIsReplacedByRefreshThenByLogin() {
        let (state, token) = state()
        #expect(state.need(after: token, step: .refresh) == .obtain(.refresh("r1")))
        #expect(state.need(after: token, step: .login) == .obtain(.login))
    }

    @Test func aRefusedTokenThatWasReplacedMeanwhileNeedsNoRequest() {
        var (state, old) = state()
        let new = state.take(access: "a2", refresh: "r2", lifetime: 1000, at: start)
        #expect(state.need(after: old, step: .refresh) == .use(new))
        #expect(state.need(after: old, step: .login) == .use(new))
        #expect(state.need(after: new, step: .refresh) == .obtain(.refresh("r2")))
    }

    @Test func aTokenThatCannotBeRenewedIsKeptWhileItLasts() {
        var (state, token) = state()
        let late = start.addingTimeInterval(950)
        #expect(state.postponeRenewal(at: late)?.access == token.access)
        guard case .use(let kept) = state.need(at: late) else {
            Issue.record("there is no token to use")
            return
        }
        #expect(kept.generation == token.generation)
        #expect(state.need(at: late.addingTimeInterval(30)) == .obtain(.refresh("r1")))
        #expect(state.postponeRenewal(at: token.expiresAt) == nil)
    }

    @Test func theNewestRefreshTokenIsKept() {
        var (state, _) = state()
        let rotated = state.take(access: "a2", refresh: "r2", lifetime: 10, at: start)
        #expect(rotated.refresh == "r2")
        let kept = state.take(access: "a3", refresh: nil, lifetime: 10, at: start)
        #expect(kept.refresh == "r2")
    }

    @Test func theLadderHasTwoSteps() {
        var ladder = AuthorizationLadder()
        #expect(ladder.next() == .refresh)
        #expect(ladder.next() == .login)
        #expect(ladder.next() == nil)
        #expect(ladder.next() == nil)
    }
}
