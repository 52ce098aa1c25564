package import Foundation

/// Which token to use and how to get the next one: decisions only, the requests are ``TokenKeeper``'s.
package struct TokenState: Sendable {
    /// How a token is got.
    package enum Plan: Sendable, Hashable {
        /// With the refresh token; where that is refused, with the password.
        case refresh(String)
        /// With the password.
        case login
    }

    package enum Need: Sendable, Hashable {
        case use(Token)
        case obtain(Plan)
    }

    package private(set) var token: Token?
    private var generations = 0

    package init() {}

    /// The token for a request sent now: the present one until a tenth of its life, at most five minutes, is left.
    package func need(at now: Date) -> Need {
        guard let token else { return .obtain(.login) }
        return now < token.renewAt ? .use(token) : .obtain(plan)
    }

    /// The token for a request that was refused with `refused`: the present one where it is another, else a new one.
    ///
    /// - Parameter step: what the caller's ``AuthorizationLadder`` allows it.
    package func need(after refused: Token, step: AuthorizationLadder.Step) -> Need {
        guard let token else { return .obtain(.login) }
        if token.generation != refused.generation { return .use(token) }
        return .obtain(step == .login ? .login : plan)
    }

    /// Takes a granted token.
    ///
    /// - Parameters:
    ///   - refresh: the newest refresh token; where the answer has none, the one in use stays good.
    ///   - lifetime: seconds.
    @discardableResult
    package mutating func take(access: String, refresh: String?, lifetime: Double, at now: Date) -> Token {
        let margin = min(300, lifetime / 10)
        return adopt(
            Token(
                access: access, refresh: refresh ?? token?.refresh,
                expiresAt: now.addingTimeInterval(lifetime), renewAt: now.addingTimeInterval(lifetime - margin)))
    }

    /// Takes a token that another run of the program left.
    @discardableResult
    package mutating func adopt(_ other: Token) -> Token {
        generations += 1
        var token = other
        token.generation = generations
        self.token = token
        return token
    }

    /// Takes an API key.
    mutating func adopt(key: String) -> Token {
        var token = Token(access: key, expiresAt: .distantFuture, renewAt: .distantFuture)
        token.isKey = true
        return adopt(token)
    }

    /// Keeps a token that could not be renewed for another half minute, or until it expires.
    ///
    /// - Returns: that token; nil where it has expired.
    package mutating func postponeRenewal(at now: Date) -> Token? {
        guard var kept = token, now < kept.expiresAt else { return nil }
        kept.renewAt = min(kept.expiresAt, now.addingTimeInterval(30))
        token = kept
        return kept
    }

    private var plan: Plan { token?.refresh.map { .refresh($0) } ?? .login }
}

/// How far one call may go to get its token accepted: a refresh, then a log-in, then no further.
package struct AuthorizationLadder: Sendable {
    package enum Step: Sendable, Hashable, CaseIterable {
        case refresh
        case login
    }

    private var rest = Step.allCases[...]

    package init() {}

    /// The next step after a refusal; nil where the refusal is final.
    package mutating func next() -> Step? { rest.popFirst() }
}
