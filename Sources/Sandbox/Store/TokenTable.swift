import Foundation

/// The account's tokens: who gets one, which are accepted, until when.
struct TokenTable: Sendable {
    struct Grant: Sendable, Hashable {
        let accessToken: String
        let refreshToken: String
        /// Seconds.
        let lifetime: Int
    }

    enum Refusal: Error, Hashable {
        case unsupportedGrantType
        case invalidGrant(String)
    }

    var username: String
    var password: String
    let lifetime: Int
    let rotates: Bool
    private var accessTokens: [String: Date] = [:]
    private var refreshTokens: Set<String> = []

    init(username: String, password: String, lifetime: Int, rotates: Bool) {
        self.username = username
        self.password = password
        self.lifetime = lifetime
        self.rotates = rotates
    }

    /// Answers a form of either grant. A refresh token that rotates is spent by its first use.
    mutating func grant(_ form: QueryItems, now: Date) throws(Refusal) -> Grant {
        switch form["grant_type"] {
        case "password":
            guard form["username"] == username, form["password"] == password else {
                throw .invalidGrant("The user name or password is incorrect.")
            }
            return issue(refreshToken: nil, now: now)
        case "refresh_token":
            guard let token = form["refresh_token"], refreshTokens.contains(token) else {
                throw .invalidGrant("The refresh token is invalid or has expired.")
            }
            if rotates { refreshTokens.remove(token) }
            return issue(refreshToken: rotates ? nil : token, now: now)
        default:
            throw .unsupportedGrantType
        }
    }

    /// Whether an `Authorization` header's value holds a token that is accepted at `now`.
    func accepts(_ authorization: String?, now: Date) -> Bool {
        guard let authorization, let space = authorization.firstIndex(of: " "),
            authorization[..<space].lowercased() == "bearer",
            let expiry = accessTokens[String(authorization[authorization.index(after: space)...])]
        else { return false }
        return now < expiry
    }

    /// Has every access token given so far refused.
    mutating func revokeAccessTokens() {
        accessTokens.removeAll()
    }

    /// Has every refresh token given so far refused.
    mutating func revokeRefreshTokens() {
        refreshTokens.removeAll()
    }

    private mutating func issue(refreshToken: String?, now: Date) -> Grant {
        accessTokens = accessTokens.filter { now < $0.value }
        let grant = Grant(
            accessToken: Self.random(), refreshToken: refreshToken ?? Self.random(), lifetime: lifetime)
        accessTokens[grant.accessToken] = now.addingTimeInterval(Double(lifetime))
        refreshTokens.insert(grant.refreshToken)
        return grant
    }

    private static func random() -> String {
        (0..<4).map { _ in String(UInt64.random(in: .min ... .max) | 1 << 63, radix: 16) }.joined()
    }
}
