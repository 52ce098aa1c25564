import Foundation
import Logging
import Records
import Secrets

// The requests.
extension TokenKeeper {
    func obtain(_ plan: TokenState.Plan) async throws -> Token {
        // A clock that is set back must not make it longer.
        if let refusal, abs(executor.effects.now().timeIntervalSince(refusal.at)) < Self.refusalSeconds {
            throw refusal.error
        }
        if usesKey { return try await readKey() }
        guard case .refresh(let refresh) = plan else { return try await logIn() }
        if let token = tokenOfAnotherRun() {
            executor.logger.debug("token taken over from another run")
            return state.adopt(token)
        }
        do {
            let grant = try await request([("refresh_token", refresh), ("grant_type", "refresh_token")])
            return accept(grant, "token refreshed")
        } catch let error as APIError where error.code == .credentialsRefused || error.code == .unexpected {
            executor.logger.debug("refresh token refused", metadata: [LogKey.reason: "\(error.code.rawValue)"])
            return try await logIn()
        }
    }

    private func logIn() async throws -> Token {
        let password = try await readPassword()
        do {
            let pairs = [("username", username), ("password", password), ("grant_type", "password")]
            return accept(try await request(pairs), "logged in")
        } catch var error as APIError where error.code == .credentialsRefused {
            error.hint = "check the account's user name and password"
            refusal = (error, executor.effects.now())
            cache?.remove()
            throw error
        }
    }

    /// Reads the key from where the account says: once, and anew where it was refused.
    private func readKey() async throws -> Token {
        let key = try await readPassword()
        guard key != state.token?.access else {
            let error = APIError(
                .credentialsRefused, "\(executor.address.display) refuses the API key",
                hint: "check the account's api_key; keys are made, and go void, on the vendor's site")
            refusal = (error, executor.effects.now())
            throw error
        }
        guard key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw APIError(.badConfiguration, "the API key holds characters that no header can hold")
        }
        return state.adopt(key: key)
    }

    func readPassword() async throws -> String {
        do {
            let password = try await password()
            executor.secrets.add(password)
            return password
        } catch let error as APIError {
            throw error
        } catch let error as CancellationError {
            throw error
        } catch {
            throw APIError(
                .badConfiguration,
                usesKey
                    ? "the account's API key could not be read"
                    : "the password of account \(ServerText.clean(username)) could not be read",
                cause: error)
        }
    }

    private func request(_ pairs: [(String, String)]) async throws -> TokenGrant {
        var call = HTTPCall(target: "/token", subject: "a token for \(ServerText.clean(username))")
        if executor.dialect == .openAPI {
            call.json = JSONBody.object(pairs)
        } else {
            call.form = PercentEncoding.pairs(pairs)
        }
        return try await executor.deliver(call, with: nil) { answer, context, _ throws(APIError) in
            try answer.tokenGrant(context)
        }
    }

    private func accept(_ grant: TokenGrant, _ event: Logger.Message) -> Token {
        let token = state.take(
            access: grant.access, refresh: grant.refresh, lifetime: grant.lifetime, at: executor.effects.now())
        refusal = nil
        executor.logger.debug(event, metadata: [LogKey.host: "\(executor.address.display)"])
        if let problem = cache?.store(token) {
            executor.logger.debug("token not kept for the next run", metadata: [LogKey.reason: "\(problem)"])
        }
        return token
    }

    /// What a run beside this one has put into the cache meanwhile: our refresh token may be void through it.
    private func tokenOfAnotherRun() -> Token? {
        guard let other = cache?.load(), other.access != state.token?.access,
            executor.effects.now() < other.renewAt
        else { return nil }
        executor.secrets.add(other)
        return other
    }
}
