import Foundation
import Logging
import Records
import Secrets

/// Carries a call to its answer: token, rate, places in flight, retries, counts and log lines.
struct RequestExecutor: Sendable {
    let address: APIAddress
    let transport: any Transport
    let policy: RetryPolicy
    let effects: Effects
    let rate: RateLimiter
    let places: InFlightLimit
    let counter: RequestCounter
    let notices: RetryNotices
    let secrets: SecretRegistry
    let dialect: APIDialect
    let logger: Logger

    typealias Reader<Value> = @Sendable (APIAnswer, CallContext, _ attempts: Int) throws(APIError) -> Value

    /// - Parameters:
    ///   - keeper: where the token comes from; nil for a call without one, which also needs no place in flight, for
    ///     those who hold one may be waiting for it.
    ///   - read: makes an answer into a value, or into the error that it stands for.
    /// - Throws: ``APIError`` once retries are used up or useless; `CancellationError`.
    func deliver<Value: Sendable>(
        _ call: HTTPCall, with keeper: TokenKeeper?, read: @escaping Reader<Value>
    ) async throws -> Value {
        var ladder = AuthorizationLadder()
        var renewed: Token?
        var requests = 0
        var failures = 0
        while true {
            requests += 1
            let number = requests
            let token = renewed
            let outcome =
                if let keeper {
                    try await places.run { try await attempt(call, keeper, token, number, read) }
                } else {
                    try await attempt(call, nil, number, read)
                }
            guard case .failure(let error) = outcome.result else { return try outcome.result.get() }
            renewed = nil
            if error.code == .unauthorized, let keeper, let refused = outcome.token, let step = ladder.next() {
                logger.debug("token refused", metadata: [LogKey.subject: "\(call.subject)"])
                renewed = try await beforeSending { try await keeper.token(after: refused, step: step) }
                continue
            }
            failures += 1
            let decision = policy.decide(
                after: error, attempt: failures, isRepeatable: call.isRepeatable, random: effects.random())
            guard case .wait(let wait) = decision else { throw final(error, call, requests: requests) }
            note(error, call, attempt: failures, wait: wait)
            if error.code == .rateLimited { await rate.pause(for: wait) }
            try await effects.clock.sleep(for: wait)
        }
    }

    private typealias Outcome<Value> = (token: Token?, result: Result<Value, APIError>)

    private func attempt<Value: Sendable>(
        _ call: HTTPCall, _ keeper: TokenKeeper, _ renewed: Token?, _ number: Int, _ read: Reader<Value>
    ) async throws -> Outcome<Value> {
        let token = if let renewed { renewed } else { try await beforeSending { try await keeper.token() } }
        return try await attempt(call, token, number, read)
    }

    /// An error of `obtain` is one before the call was sent: a call that cannot be repeated is sent again only where
    /// the server did not act on it.
    private func beforeSending(_ obtain: () async throws -> Token) async throws -> Token {
        do {
            return try await obtain()
        } catch var error as APIError {
            error.isBeforeSending = true
            throw error
        }
    }

    private func attempt<Value: Sendable>(
        _ call: HTTPCall, _ token: Token?, _ number: Int, _ read: Reader<Value>
    ) async throws -> Outcome<Value> {
        try await rate.waitForTurn()
        counter.countRequest(isRetry: number > 1)
        let context = CallContext(
            host: address.display, subject: call.subject, secrets: secrets, dialect: dialect,
            missingHint: call.missingHint)
        let request = WireRequest(
            url: address.text + call.target, form: call.form, json: call.json, bearer: token?.bearer, key: token?.key,
            isPost: call.isPost, needsFreshConnection: !call.isRepeatable)
        do {
            let answer = try await transport.send(request)
            logger.debug(
                "answer received",
                metadata: [
                    LogKey.subject: "\(call.subject)", LogKey.status: "\(answer.status)",
                    LogKey.bytes: "\(answer.body.count)", LogKey.attempt: "\(number)",
                ])
            return (token, .success(try read(answer, context, number)))
        } catch let failure as TransportFailure {
            return (token, .failure(failure.error(context)))
        } catch let error as APIError {
            return (token, .failure(error))
        }
    }

    private func note(_ error: APIError, _ call: HTTPCall, attempt: Int, wait: Duration) {
        let unlogged = notices.note()
        var metadata: Logger.Metadata = [
            LogKey.code: "\(error.code.rawValue)", LogKey.reason: "\(error.message)",
            LogKey.attempt: "\(attempt)", LogKey.wait: "\(Self.text(wait))",
        ]
        if let unlogged, unlogged > 0 { metadata[LogKey.unlogged] = "\(unlogged)" }
        logger.log(
            level: unlogged == nil ? .debug : .info, "request failed, trying again", metadata: metadata)
    }

    /// In tenths of a second: `0.4s`, `12.0s`.
    private static func text(_ wait: Duration) -> String {
        let tenths = Int((wait / .milliseconds(100)).rounded())
        return "\(tenths / 10).\(tenths % 10)s"
    }

    private func final(_ error: APIError, _ call: HTTPCall, requests: Int) -> APIError {
        var error = error
        if requests > 1 { error.message += ", after \(requests) requests" }
        if !call.isRepeatable, error.isTransient, !error.isWithoutEffect {
            error.hint = call.doubt
        }
        return error
    }
}
