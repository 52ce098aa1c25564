import Foundation
import Testing

@testable import OctoparseAPI

@Suite(.timeLimit(.minutes(60)))
struct WebhookPosterTests {
    private static let secret = "5f2c-very-secret"

    /// Posts to a server with that script, and gives what it was asked and what came of it.
    private static func post(
        timeout: Duration = .seconds(1800), path: String = "/ping/\(secret)?key=\(secret)",
        _ script: @escaping ScriptedServer.Script
    ) async throws -> (requests: [ScriptedServer.Request], error: (any Error)?, logs: [String]) {
        let server = try await ScriptedServer.start(script)
        let logs = LogRecorder()
        let poster = WebhookPoster(timeout: timeout, logger: logs.logger)
        var failure: (any Error)?
        do {
            try await poster.post(Array(#"{"job":"weather"}"#.utf8), to: "http://127.0.0.1:\(server.port)\(path)")
        } catch {
            failure = error
        }
        await poster.shutdown()
        await server.stop()
        return (server.requests, failure, logs.lines)
    }

    @Test(arguments: [200, 201, 204, 299])
    func aGoodAnswerIsADelivery(status: Int) async throws {
        let (requests, error, _) = try await Self.post { _ in .reply(status, [], headers: []) }
        #expect(error == nil)
        let request = try #require(requests.first)
        #expect(requests.count == 1)
        #expect(request.method == "POST")
        #expect(request.target == "/ping/\(Self.secret)?key=\(Self.secret)")
        #expect(request.body == #"{"job":"weather"}"#)
        #expect(request.headers["content-type"] == "application/json")
        #expect(request.headers["authorization"] == nil)
    }

    @Test(arguments: [301, 302, 400, 404, 410, 429, 500, 503])
    func anyOtherAnswerIsAnErrorThatHidesTheAddress(status: Int) async throws {
        let (requests, error, logs) = try await Self.post { _ in
            .reply(status, "no such check \(Self.secret)", headers: ["Location: /elsewhere"])
        }
        #expect(requests.count == 1, "neither followed nor tried again")
        let failure = try #require(error as? WebhookError)
        #expect(failure.code == .refused)
        #expect("\(failure)".hasSuffix("answered with status \(status)"))
        #expect(!"\(failure)\(logs)".contains(Self.secret))
    }

    @Test(arguments: [[ScriptedServer.Step.close], [.reset], [.send(Array("HTTP/9 nonsense\r\n\r\n".utf8)), .close]])
    func abrokenConnectionIsAnErrorThatHidesTheAddress(steps: [ScriptedServer.Step]) async throws {
        let (_, error, logs) = try await Self.post { _ in steps }
        let failure = try #require(error as? WebhookError)
        #expect(failure.code == .network)
        #expect(failure.message.hasPrefix("127.0.0.1:"))
        #expect(!"\(failure)\(logs)".contains(Self.secret))
    }

    @Test(arguments: [
        [ScriptedServer.Step.stall],
        [.send(Array("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n".utf8)), .drip],
    ])
    func aServerThatDoesNotFinishIsGivenUp(steps: [ScriptedServer.Step]) async throws {
        let (_, error, _) = try await Self.post(timeout: .milliseconds(300)) { _ in steps }
        #expect((error as? WebhookError)?.code == .timeout)
    }

    @Test func nobodyThereIsAnErrorThatHidesTheAddress() async throws {
        let poster = WebhookPoster(logger: LogRecorder().logger)
        let failure = try await #require(throws: WebhookError.self) {
            try await poster.post([], to: "http://127.0.0.1:9/\(Self.secret)")
        }
        #expect(failure.code == .network)
        #expect(!failure.message.contains(Self.secret))
        await poster.shutdown()
    }

    @Test(arguments: ["", "nonsense", "ftp://host/x", "http://", "https:///x", "mailto:a@b"])
    func whatIsNoAddressIsRefused(url: String) async throws {
        let poster = WebhookPoster(logger: LogRecorder().logger)
        let failure = try await #require(throws: WebhookError.self) { try await poster.post([], to: url) }
        #expect(failure.code == .badAddress)
        await poster.shutdown()
    }
}
