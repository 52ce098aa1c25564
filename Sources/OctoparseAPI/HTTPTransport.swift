import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// The ``Transport`` over async-http-client, HTTP/1.1, redirects off.
struct HTTPTransport: Transport {
    struct Limits: Sendable {
        let connect: Duration
        let idle: Duration
        let whole: Duration
        let bytes: Int
    }

    private let pooled: HTTPClient
    /// Uses each connection once.
    private let fresh: HTTPClient
    private let limits: Limits
    private let acceptedEncoding: String
    private let effects: Effects
    private let counter: RequestCounter

    init(
        library: HTTPClient.Configuration, configuration: APIConfiguration, address: APIAddress, effects: Effects,
        counter: RequestCounter
    ) {
        pooled = HTTPClient(configuration: library)
        var library = library
        library.maximumUsesPerConnection = 1
        fresh = HTTPClient(configuration: library)
        limits = Limits(
            connect: configuration.connectTimeout, idle: configuration.longestSilence,
            whole: configuration.requestTimeout, bytes: configuration.maximumResponseBytes)
        acceptedEncoding = address.acceptedEncoding
        self.effects = effects
        self.counter = counter
    }

    func send(_ request: WireRequest) async throws -> APIAnswer {
        do {
            return try await exchange(request)
        } catch {
            // A cancelled body ends early without an error, and a cancelled request in one of several.
            try Task.checkCancellation()
            throw TransportFailure(error, limits: limits)
        }
    }

    func shutdown() async throws {
        // Both must be closed, whatever the first says.
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await pooled.shutdown())
        } catch {
            outcome = .failure(error)
        }
        try await fresh.shutdown()
        try outcome.get()
    }

    private func exchange(_ request: WireRequest) async throws -> APIAnswer {
        let client = request.needsFreshConnection ? fresh : pooled
        let elapsed = effects.stopwatch()
        let response = try await client.execute(wire(request), timeout: TimeAmount(limits.whole))
        let headers = response.headers
        var answer = APIAnswer(status: Int(response.status.code))
        let now = effects.now()
        answer.contentType = headers.first(name: "content-type")
        answer.location = headers.first(name: "location")
        answer.serverDate = headers.first(name: "date").flatMap { HTTPDate.parse($0, now: now) }
        answer.retryAfter = headers.first(name: "retry-after").flatMap {
            RetryAfter.parse($0, serverDate: answer.serverDate, now: now)
        }
        var body = try BodyDecoder(
            encoding: headers.first(name: "content-encoding"), length: headers.first(name: "content-length"),
            limit: limits.bytes)
        for try await chunk in response.body {
            // The library's own limit ends at the response head, so that a dripping body would never be given up. A
            // timer for each request would outlive it, and cost more than this look.
            guard elapsed() <= limits.whole else { throw TimeLimitExceeded() }
            let before = body.count
            try body.append(chunk)
            counter.countBytes(body.count - before)
        }
        try Task.checkCancellation()
        answer.body = try body.finish()
        return answer
    }

    private func wire(_ request: WireRequest) -> HTTPClientRequest {
        var wire = HTTPClientRequest(url: request.url)
        wire.headers.add(name: "Accept", value: "application/json")
        wire.headers.add(name: "Accept-Encoding", value: acceptedEncoding)
        wire.headers.add(name: "User-Agent", value: "octovault")
        if let bearer = request.bearer { wire.headers.add(name: "Authorization", value: "bearer \(bearer)") }
        if let key = request.key { wire.headers.add(name: "x-api-key", value: key) }
        if let json = request.json {
            wire.method = .POST
            wire.headers.add(name: "Content-Type", value: "application/json")
            wire.body = .bytes(ByteBuffer(string: json))
        } else if request.isPost, request.form == nil {
            wire.method = .POST
            wire.headers.add(name: "Content-Length", value: "0")
        }
        if let form = request.form {
            wire.method = .POST
            wire.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
            wire.body = .bytes(ByteBuffer(string: form))
        }
        return wire
    }
}
