package import Foundation
import Secrets

/// An access token in use, with what renews it.
package struct Token: Sendable, Hashable {
    package var access: String
    package var refresh: String?
    package var expiresAt: Date
    /// When it is time to renew it, some way before it expires.
    package var renewAt: Date
    /// Counts the tokens of this process, so that a caller can name the one that was refused.
    package var generation = 0
    /// Whether it is an API key, which does not expire.
    package var isKey = false

    /// What goes behind `bearer`.
    var bearer: String? { isKey ? nil : access }
    /// What goes into `x-api-key`.
    var key: String? { isKey ? access : nil }
}

extension SecretRegistry {
    /// Adds what a token is made of.
    func add(_ token: Token) {
        add(token.access, .token)
        add(token.refresh ?? "", .token)
    }
}

/// What the token endpoint grants.
struct TokenGrant: Sendable, Hashable {
    /// The most bytes of a token: what the cache can hold, and more than servers take in a header.
    static let longest = 64 << 10

    let access: String
    let refresh: String?
    /// Seconds; positive.
    let lifetime: Double
}

extension APIAnswer {
    /// Reads the token endpoint's answer.
    ///
    /// - Throws: ``APIError/Code/credentialsRefused`` for `invalid_grant` and for statuses 401 and 403;
    ///   ``APIError/Code/malformed`` where there is no access token that fits into a header.
    func tokenGrant(_ context: CallContext) throws(APIError) -> TokenGrant {
        // Before anything is said of the answer, which may repeat them.
        let text = body.starts(with: [0xEF, 0xBB, 0xBF]) ? body[3...] : body[...]
        let fields = try tokenFields(text, context)
        for key in ["access_token", "refresh_token"] {
            guard let token = fields?[key] else { continue }
            guard token.utf8.count <= TokenGrant.longest else {
                throw context.error(.malformed, "sent an \(key) of more than \(TokenGrant.longest) bytes")
            }
            context.secrets.add(token, .token)
        }
        do {
            _ = try envelope(context)
        } catch {
            if let misfit = misfitOfToken(error, context) { throw misfit }
            guard error.code == .unauthorized || (error.code == .unexpected && status == 403) else { throw error }
            throw context.error(.credentialsRefused, "refuses the credentials (status \(status))")
        }
        guard let access = fields?["access_token"], !access.isEmpty else {
            throw context.error(.malformed, "sent no access token")
        }
        guard access.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw context.error(.malformed, "sent an access token with characters that no header can hold")
        }
        let refresh = fields?["refresh_token"].flatMap { $0.isEmpty ? nil : $0 }
        return TokenGrant(access: access, refresh: refresh, lifetime: Self.lifetime(fields?["expires_in"]))
    }

    /// An hour where the server gives no usable figure, at most ten years: a token that ends sooner is renewed when it
    /// is refused.
    private static func lifetime(_ text: String?) -> Double {
        guard let text, let seconds = Double(text.trimmingCharacters(in: .whitespaces)), seconds.isFinite, seconds > 0
        else { return 3600 }
        return min(seconds, 315_360_000)
    }
}
