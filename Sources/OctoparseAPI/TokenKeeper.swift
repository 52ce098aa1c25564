import Foundation
import Logging

/// Gives each request its token, and gets a new one with a single request however many callers need it.
actor TokenKeeper {
    private var state = TokenState()
    private let courier: Courier
    private let username: String
    private let password: @Sendable () async throws -> String
    private let cache: TokenCache?
    private var hasReadCache = false

    private var flight: (id: Int, task: Task<Void, Never>)?
    private var waiting: [Int: CheckedContinuation<Token, any Error>] = [:]
    private var lastID = 0

    /// Refused credentials are not tried again for a while: a lock-out would be the price.
    private var refusal: (error: APIError, until: Date)?
    private static let refusalSeconds = 60.0

    init(_ configuration: APIConfiguration, courier: Courier) {
        self.courier = courier
        username = configuration.username
        password = configuration.password
        cache = TokenCache(configuration, host: courier.address.text)
    }

    /// The token for a request sent now.
    ///
    /// - Throws: ``APIError``, which is final: log-ins have their own retries.
    func token() async throws -> Token {
        if !hasReadCache {
            hasReadCache = true
            if let token = cache?.load() { state.adopt(token) }
        }
        return try await satisfy(state.need(at: courier.effects.now()))
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

// One flight: whoever comes while it is under way waits for its outcome. It goes on when a waiter is cancelled, and ends
// with the last of them.
extension TokenKeeper {
    private func join(_ plan: TokenState.Plan) async throws -> Token {
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

// The requests.
extension TokenKeeper {
    private func obtain(_ plan: TokenState.Plan) async throws -> Token {
        if let refusal, courier.effects.now() < refusal.until { throw refusal.error }
        guard case .refresh(let refresh) = plan else { return try await logIn() }
        if let token = tokenOfAnotherRun() {
            courier.logger.debug("token taken over from another run")
            return state.adopt(token)
        }
        do {
            let grant = try await request([("refresh_token", refresh), ("grant_type", "refresh_token")], [refresh])
            return accept(grant, "token refreshed")
        } catch let error as APIError where error.code == .credentialsRefused || error.code == .unexpected {
            courier.logger.debug("refresh token refused", metadata: [LogKey.reason: "\(error.code.rawValue)"])
            return try await logIn()
        }
    }

    private func logIn() async throws -> Token {
        let password = try await readPassword()
        do {
            let pairs = [("username", username), ("password", password), ("grant_type", "password")]
            return accept(try await request(pairs, [password]), "logged in")
        } catch var error as APIError where error.code == .credentialsRefused {
            error.hint = "check the account's user name and password"
            refusal = (error, courier.effects.now().addingTimeInterval(Self.refusalSeconds))
            cache?.remove()
            throw error
        }
    }

    private func readPassword() async throws -> String {
        do {
            return try await password()
        } catch let error as APIError {
            throw error
        } catch let error as CancellationError {
            throw error
        } catch {
            throw APIError(
                .badConfiguration, "the password of account \(ServerText.clean(username)) could not be read",
                cause: error)
        }
    }

    private func request(_ pairs: [(String, String)], _ secrets: [String]) async throws -> TokenGrant {
        var call = HTTPCall(target: "/token", subject: "a token for \(ServerText.clean(username))")
        call.form = PercentEncoding.pairs(pairs)
        call.secrets = secrets
        return try await courier.deliver(call, with: nil) { answer, context, _ throws(APIError) in
            try answer.tokenGrant(context)
        }
    }

    private func accept(_ grant: TokenGrant, _ event: Logger.Message) -> Token {
        let token = state.take(
            access: grant.access, refresh: grant.refresh, lifetime: grant.lifetime, at: courier.effects.now())
        refusal = nil
        courier.logger.debug(event, metadata: [LogKey.host: "\(courier.address.display)"])
        if let problem = cache?.store(token) {
            courier.logger.debug("token not kept for the next run", metadata: [LogKey.reason: "\(problem)"])
        }
        return token
    }

    /// What a run beside this one has put into the cache meanwhile: our refresh token may be void through it.
    private func tokenOfAnotherRun() -> Token? {
        guard let other = cache?.load(), other.access != state.token?.access,
            courier.effects.now() < other.renewAt
        else { return nil }
        return other
    }
}
