import Foundation
import Logging
import Secrets

/// Gives each request its token, and gets a new one with a single request however many callers need it.
actor TokenKeeper {
    var state = TokenState()
    let executor: RequestExecutor
    let username: String
    let password: @Sendable () async throws -> String
    let cache: TokenCache?
    /// Whether the password is an API key.
    let usesKey: Bool
    private var hasReadCache = false

    var flight: (id: Int, task: Task<Void, Never>)?
    var waiting: [Int: CheckedContinuation<Token, any Error>] = [:]
    var lastID = 0

    /// Refused credentials are not tried again for a while: a lock-out would be the price.
    var refusal: (error: APIError, at: Date)?
    static let refusalSeconds = 60.0

    init(_ configuration: APIConfiguration, executor: RequestExecutor) {
        self.executor = executor
        username = configuration.username
        password = configuration.password
        usesKey = configuration.usesKey
        cache = usesKey ? nil : TokenCache(configuration, host: executor.address.text)
    }

    /// The token for a request sent now.
    ///
    /// - Throws: ``APIError``, which is final: log-ins have their own retries.
    func token() async throws -> Token {
        if !hasReadCache {
            hasReadCache = true
            if let token = cache?.load() {
                executor.secrets.add(token)
                state.adopt(token)
                // Not needed to log in; but the server knows it, and what it repeats is to be masked.
                if (try? await readPassword()) == nil { executor.logger.debug("password not read for masking") }
            }
        }
        do {
            return try await satisfy(state.need(at: executor.effects.now()))
        } catch let error as APIError where error.isTransient {
            // A renewal comes before its time, so that while it fails the present token may do.
            guard let token = state.postponeRenewal(at: executor.effects.now()) else { throw error }
            return token
        }
    }

    /// The token to try after `refused` was refused.
    func token(after refused: Token, step: AuthorizationLadder.Step) async throws -> Token {
        try await satisfy(state.need(after: refused, step: step))
    }

    /// Stops a log-in that is under way; its waiters get a `CancellationError`.
    func stop() {
        flight?.task.cancel()
    }

    private func satisfy(_ need: TokenState.Need) async throws -> Token {
        switch need {
        case .use(let token): token
        case .obtain(let plan): try await join(plan)
        }
    }
}
