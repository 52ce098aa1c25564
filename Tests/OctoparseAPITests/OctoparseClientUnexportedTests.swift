import Foundation
import Records
import RowJSON
import Sandbox
import TestSupport
import Testing

@testable import OctoparseAPI

/// A lost answer of `unexported` is lost data, so that its request goes out once, unless the server surely did not act.
@Suite(.timeLimit(.minutes(60)))
struct OctoparseClientUnexportedTests {
    private static let doubtful: [[ScriptedServer.Step]] = [
        [.reset], [.close], .html(502), .html(503), .error("server_error"), .error("server_error", status: 500),
        .reply(200, "{\"data\":{\"total\":1,"), .reply(200, ""),
        .reply(200, Array("{".utf8), announced: 99) + [.close],
    ]

    @Test(arguments: doubtful.indices)
    func itIsNotRepeatedOnceTheServerMayHaveActed(index: Int) async throws {
        try await withServer(data: [Self.doubtful[index]]) { scene in
            let error = try await apiError { try await scene.client.unexported(task: "t", size: 10) }
            #expect(error.isTransient)
            #expect(error.hint?.contains("marked") == true)
            #expect(scene.dataRequests.count == 1)
        }
    }

    private static let refusals: [[ScriptedServer.Step]] = [
        .html(429), .html(429, headers: ["Retry-After: 0"]), .error("unauthorized", status: 401),
        .error("unauthorized"),
    ]

    @Test(arguments: refusals.indices)
    func itIsRepeatedAfterARefusal(index: Int) async throws {
        try await withServer(data: [Self.refusals[index]]) { scene in
            let page = try await scene.client.unexported(task: "t", size: 10)
            #expect(page.rows.count == 2)
            #expect(page.attempts == 2)
        }
    }

    private static let tokenFaults: [[ScriptedServer.Step]] = [
        [.reset], [.close], .html(503), .reply(200, "{"), .reply(200, ""), .error("server_error"), .html(404),
    ]

    /// Where no token is to be had, the request for rows never went out, and no row can be lost.
    @Test(arguments: tokenFaults.indices, [false, true])
    func withoutATokenTheServerCannotHaveActed(index: Int, isRenewal: Bool) async throws {
        let faults = Array(repeating: Self.tokenFaults[index], count: 9)
        let data: [[ScriptedServer.Step]] = isRenewal ? [.error("unauthorized", status: 401)] : []
        try await withServer(
            tokens: isRenewal ? [.token("a", refresh: "r")] + faults : faults, data: data,
            configure: { $0.maximumAttempts = 2 }
        ) { scene in
            let error = try await apiError { try await scene.client.unexported(task: "t", size: 10) }
            #expect(error.isWithoutEffect && error.isBeforeSending, "\(error)")
            #expect(error.hint?.contains("marked") != true)
            #expect(scene.dataRequests.count == (isRenewal ? 1 : 0))
        }
    }

    @Test func itHasAConnectionOfItsOwn() async throws {
        try await withServer { scene in
            // A connection that nobody uses for a while is closed: these requests wait for no other test.
            try await withTaskExecutorPreference(OwnThreads.servers) {
                _ = try await scene.page()
                _ = try await scene.page()
                _ = try await scene.client.unexported(task: "t", size: 10)
                _ = try await scene.client.unexported(task: "t", size: 10)
            }
            let connections = scene.dataRequests.map(\.connection)
            #expect(connections[0] == connections[1])
            #expect(Set(connections).count == 3)
        }
    }

    @Test func itIsRepeatedAfterARefusedConnection() async throws {
        // A token from an earlier run, and nobody listens.
        let closed = try #require(ClosedPort())
        let folder = try TemporaryFolder()
        var configuration = testConfiguration(port: closed.number)
        configuration.maximumAttempts = 4
        configuration.cachesTokens = true
        configuration.tokenCacheDirectory = folder.path
        let cache = TokenCache(
            directory: folder.path + "/tokens", host: configuration.baseURL, user: configuration.username)
        let expiry = Date().addingTimeInterval(86_400)
        #expect(cache.store(Token(access: "a", refresh: "r", expiresAt: expiry, renewAt: expiry)) == nil)
        let clock = SkippingClock()
        let client = try OctoparseClient(
            configuration: configuration, logger: LogRecorder().logger,
            effects: Effects(clock: clock, random: { 0.5 }))
        let error = try await apiError { try await client.unexported(task: "t", size: 10) }
        #expect(error.code == .network)
        #expect(client.requests.requests == 4)
        #expect(error.hint == nil)
        try await client.shutdown()
        withExtendedLifetime(closed) {}
    }

    @Test func aStallIsNotRepeated() async throws {
        try await withServer(data: [[.stall]], configure: { $0.idleTimeout = .seconds(5) }) { scene in
            let error = try await apiError { try await scene.client.unexported(task: "t", size: 10) }
            #expect(error.code == .timeout)
            #expect(scene.dataRequests.count == 1)
        }
    }

    @Test func anAnswerThatCannotBeReadIsHandedOver() async throws {
        let body = "{\"data\":{\"total\":2,\"dataList\":[{\"a\":1},{\"a\":"
        try await withServer(data: [.reply(200, body)]) { scene in
            let error = try await apiError { try await scene.client.unexported(task: "t", size: 10) }
            #expect(error.unreadAnswer == Array(body.utf8))
        }
    }
}
