import Foundation
import Logging
import Synchronization
import Testing

@testable import OctoparseAPI

/// The script of a well-behaved API, but for the answers it is told to give first.
final class ScriptedAPI: Sendable {
    private let tokenReplies: Mutex<[[ScriptedServer.Step]]>
    private let dataReplies: Mutex<[[ScriptedServer.Step]]>
    private let tokens = Mutex(0)

    /// - Parameters:
    ///   - tokens: answers of `/token`, in order; then `access-1`, `access-2` and so on, with `refresh-1` …
    ///   - data: answers of all else, in order; then a page of two rows.
    init(tokens: [[ScriptedServer.Step]] = [], data: [[ScriptedServer.Step]] = []) {
        tokenReplies = Mutex(tokens)
        dataReplies = Mutex(data)
    }

    func answer(_ request: ScriptedServer.Request) -> [ScriptedServer.Step] {
        guard request.path == "/token" else {
            return dataReplies.withLock { $0.isEmpty ? nil : $0.removeFirst() } ?? .page()
        }
        let number = tokens.withLock { count in
            count += 1
            return count
        }
        return tokenReplies.withLock { $0.isEmpty ? nil : $0.removeFirst() }
            ?? .token("access-\(number)", refresh: "refresh-\(number)")
    }
}

/// What a test has at hand inside ``withServer``.
struct Scene: Sendable {
    let client: OctoparseClient
    let server: ScriptedServer
    let clock: SkippingClock
    let logs: LogRecorder

    /// The bodies of the token requests, in order.
    var tokenBodies: [String] { server.requests.filter { $0.path == "/token" }.map(\.body) }
    var dataRequests: [ScriptedServer.Request] { server.requests.filter { $0.path != "/token" } }

    func page() async throws -> Page { try await client.page(.all(task: "t"), index: 1, size: 1000) }
}

let testPassword = "s3cret&pass word"

/// Its time limits are such that no busy machine reaches them; a test of one sets its own.
func testConfiguration(port: Int) -> APIConfiguration {
    APIConfiguration(
        baseURL: "http://127.0.0.1:\(port)", username: "user@example.com", password: { testPassword },
        requestsPerSecond: 0, cachesTokens: false, connectTimeout: .seconds(1800), idleTimeout: .seconds(1800))
}

/// Runs `body` against a server with that script, with a clock that skips the client's waits.
func withServer<Result>(
    tls: Bool = false, _ script: @escaping ScriptedServer.Script,
    configure: (inout APIConfiguration) -> Void = { _ in },
    now: @escaping @Sendable () -> Date = { Date(timeIntervalSince1970: 1_795_000_000) },
    random: @escaping @Sendable () -> Double = { 0.5 },
    clock: SkippingClock = SkippingClock(),
    _ body: (Scene) async throws -> Result
) async throws -> Result {
    let server = try await ScriptedServer.start(tls: tls, script)
    var configuration = testConfiguration(port: server.port)
    configure(&configuration)
    let logs = LogRecorder()
    let client = try OctoparseClient(
        configuration: configuration, logger: logs.logger,
        effects: Effects(clock: clock, now: now, random: random))
    do {
        let result = try await body(Scene(client: client, server: server, clock: clock, logs: logs))
        try await client.shutdown()
        await server.stop()
        return result
    } catch {
        try? await client.shutdown()
        await server.stop()
        throw error
    }
}

func withServer<Result>(
    tokens: [[ScriptedServer.Step]] = [], data: [[ScriptedServer.Step]] = [],
    configure: (inout APIConfiguration) -> Void = { _ in },
    random: @escaping @Sendable () -> Double = { 0.5 },
    clock: SkippingClock = SkippingClock(),
    _ body: (Scene) async throws -> Result
) async throws -> Result {
    let api = ScriptedAPI(tokens: tokens, data: data)
    return try await withServer({ api.answer($0) }, configure: configure, random: random, clock: clock, body)
}

/// The API error that `work` throws; a test failure where it throws none.
func apiError<Value>(
    from work: () async throws -> Value, sourceLocation: SourceLocation = #_sourceLocation
) async throws -> APIError {
    try await #require(throws: APIError.self, sourceLocation: sourceLocation) { _ = try await work() }
}
