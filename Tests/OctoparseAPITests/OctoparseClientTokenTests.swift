import Foundation
import RowJSON
import Secrets
import Synchronization
import Testing

@testable import OctoparseAPI

/// Log-ins, refreshes and the token file, over real HTTP.
@Suite(.timeLimit(.minutes(60)))
struct OctoparseClientTokenTests {
    private let loginBody = "username=user%40example.com&password=s3cret%26pass%20word&grant_type=password"

    private func refreshBody(_ number: Int) -> String { "refresh_token=refresh-\(number)&grant_type=refresh_token" }

    @Test func manyCallersShareOneLogIn() async throws {
        let gate = ManualGate()
        let api = ScriptedAPI()
        let script: ScriptedServer.Script = { request in
            if request.path == "/token" { await gate.wait() }
            return api.answer(request)
        }
        try await withServer(script, configure: { $0.maximumInFlight = 20 }) { scene in
            try await withThrowingTaskGroup { group in
                for _ in 0..<20 { group.addTask { _ = try await scene.page() } }
                await eventually { scene.server.requests.count == 1 }
                gate.open()
                try await group.waitForAll()
            }
            #expect(scene.tokenBodies == [loginBody])
            #expect(scene.dataRequests.count == 20)
        }
    }

    @Test func aTokenIsRefreshedBeforeItExpiresAndTheNewestRefreshTokenIsUsed() async throws {
        let now = Mutex(Date(timeIntervalSince1970: 1_795_000_000))
        let api = ScriptedAPI()
        try await withServer({ api.answer($0) }, now: { now.withLock { $0 } }) { scene in
            for _ in 0..<3 {
                _ = try await scene.page()
                _ = try await scene.page()
                now.withLock { $0 += 86_399 - 200 }
            }
            #expect(scene.tokenBodies == [loginBody, refreshBody(1), refreshBody(2)])
            let used = scene.dataRequests.map { $0.headers["authorization"] }
            #expect(used == [1, 1, 2, 2, 3, 3].map { "bearer access-\($0)" })
        }
    }

    @Test func whileARenewalFailsThePresentTokenIsUsedUntilItExpires() async throws {
        let now = Mutex(Date(timeIntervalSince1970: 1_795_000_000))
        let api = ScriptedAPI(tokens: [.token("access-1")] + Array(repeating: .html(503), count: 4))
        let configure: (inout APIConfiguration) -> Void = { $0.maximumAttempts = 2 }
        try await withServer({ api.answer($0) }, configure: configure, now: { now.withLock { $0 } }) { scene in
            _ = try await scene.page()
            now.withLock { $0 += 86_399 - 200 }
            for _ in 0..<3 { _ = try await scene.page() }
            #expect(scene.tokenBodies.count == 3)
            now.withLock { $0 += 201 }
            let error = try await apiError { try await scene.page() }
            #expect(error.code == .unavailable)
        }
    }

    @Test(arguments: [200, 400, 401, 500])
    func aRefusedTokenIsRefreshedOnceWhateverTheStatus(status: Int) async throws {
        try await withServer(data: [.error("unauthorized", status: status)]) { scene in
            let page = try await scene.page()
            #expect(page.attempts == 2)
            #expect(scene.tokenBodies == [loginBody, refreshBody(1)])
            #expect(scene.dataRequests.last?.headers["authorization"] == "bearer access-2")
            #expect(scene.clock.sleeps.isEmpty)
        }
    }

    @Test func aRefusalWithoutABodyIsReadFromStatus401() async throws {
        try await withServer(data: [.html(401)]) { scene in
            _ = try await scene.page()
            #expect(scene.tokenBodies == [loginBody, refreshBody(1)])
        }
    }

    @Test func afterTheRefreshComesOneLogInAndThenTheError() async throws {
        try await withServer(data: Array(repeating: .error("unauthorized", status: 401), count: 3)) { scene in
            let error = try await apiError { try await scene.page() }
            #expect(error.code == .unauthorized)
            #expect(!error.isTransient)
            #expect(scene.tokenBodies == [loginBody, refreshBody(1), loginBody])
            #expect(scene.dataRequests.count == 3)
        }
    }

    @Test func theLogInAfterARefreshHelps() async throws {
        try await withServer(data: Array(repeating: .error("unauthorized"), count: 2)) { scene in
            let page = try await scene.page()
            #expect(page.attempts == 3)
            #expect(scene.tokenBodies == [loginBody, refreshBody(1), loginBody])
        }
    }

    @Test func aRefusedRefreshTokenLeadsToALogInAtOnce() async throws {
        let tokens: [[ScriptedServer.Step]] = [
            .token("access-1", refresh: "refresh-1"), .error("invalid_grant", status: 400),
        ]
        try await withServer(tokens: tokens, data: [.error("unauthorized")]) { scene in
            _ = try await scene.page()
            #expect(scene.tokenBodies == [loginBody, refreshBody(1), loginBody])
        }
    }

    @Test func manyCallersRefusedAtOnceShareOneRefresh() async throws {
        let api = ScriptedAPI()
        let gate = ManualGate()
        let arrived = Mutex(0)
        let script: ScriptedServer.Script = { request in
            guard request.headers["authorization"] == "bearer access-1" else { return api.answer(request) }
            let count = arrived.withLock { count in
                count += 1
                return count
            }
            if count == 8 { gate.open() }
            await gate.wait()
            return .error("unauthorized", status: 401)
        }
        try await withServer(script, configure: { $0.maximumInFlight = 8 }) { scene in
            try await withThrowingTaskGroup { group in
                for _ in 0..<8 { group.addTask { _ = try await scene.page() } }
                try await group.waitForAll()
            }
            #expect(scene.tokenBodies == [loginBody, refreshBody(1)])
            #expect(scene.dataRequests.count == 16)
        }
    }

    @Test(arguments: [200, 400])
    func wrongCredentialsAreRefusedWithoutNamingThePassword(status: Int) async throws {
        let refusal: [ScriptedServer.Step] = .error(
            "invalid_grant", status: status, text: "The password \(testPassword) is incorrect.")
        try await withServer(tokens: [refusal, refusal]) { scene in
            let error = try await apiError { try await scene.page() }
            #expect(error.code == .credentialsRefused)
            #expect(!error.isTransient)
            #expect(error.message.contains("user@example.com") && error.message.contains("[secret]"))
            #expect(!"\(error) \(String(describing: error.cause))".contains(testPassword))
            #expect(scene.clock.sleeps.isEmpty)
        }
    }

    /// However the clock is set meanwhile.
    @Test(arguments: [61.0, 86_400, -61, -3600])
    func refusedCredentialsAreNotTriedAgainForAMinute(step: Double) async throws {
        let now = Mutex(Date(timeIntervalSince1970: 1_795_000_000))
        let api = ScriptedAPI(tokens: [.error("invalid_grant", status: 400)])
        try await withServer({ api.answer($0) }, now: { now.withLock { $0 } }) { scene in
            for _ in 0..<3 {
                let error = try await apiError { try await scene.page() }
                #expect(error.code == .credentialsRefused)
            }
            #expect(scene.server.requests.count == 1)
            now.withLock { $0 += step }
            _ = try await scene.page()
            #expect(scene.tokenBodies == [loginBody, loginBody])
        }
    }

    @Test func aLogInIsRetriedLikeAnyRequestAndItsFailureIsFinal() async throws {
        try await withServer(tokens: [.html(503), [.reset]]) { scene in
            _ = try await scene.page()
            #expect(scene.tokenBodies.count == 3)
        }
        try await withServer(tokens: Array(repeating: .html(503), count: 9), configure: { $0.maximumAttempts = 3 }) {
            scene in
            let error = try await apiError { try await scene.page() }
            #expect(error.code == .unavailable)
            #expect(scene.tokenBodies.count == 3)
        }
    }

    @Test func aPasswordThatCannotBeReadIsABadConfiguration() async throws {
        struct NoFile: Error {}
        try await withServer(configure: { $0.password = { throw NoFile() } }) { scene in
            let error = try await apiError { try await scene.page() }
            #expect(error.code == .badConfiguration)
            #expect(error.cause is NoFile)
        }
    }

    @Test func aCancelledCallerLeavesTheLogInToTheOthers() async throws {
        let gate = ManualGate()
        let api = ScriptedAPI()
        let script: ScriptedServer.Script = { request in
            if request.path == "/token" { await gate.wait() }
            return api.answer(request)
        }
        try await withServer(script) { scene in
            let first = Task { try await scene.page() }
            await eventually { scene.server.requests.count == 1 }
            let second = Task { try await scene.page() }
            first.cancel()
            await #expect(throws: CancellationError.self) { try await first.value }
            gate.open()
            _ = try await second.value
        }
    }

    @Test func whenAllCallersAreCancelledTheNextOneStartsAnew() async throws {
        let api = ScriptedAPI()
        let isStalled = Mutex(true)
        let script: ScriptedServer.Script = { request in isStalled.withLock { $0 } ? [.stall] : api.answer(request) }
        try await withServer(script) { scene in
            let first = Task { try await scene.page() }
            await eventually { scene.server.requests.count == 1 }
            first.cancel()
            await #expect(throws: CancellationError.self) { try await first.value }
            isStalled.withLock { $0 = false }
            _ = try await scene.page()
            #expect(scene.tokenBodies.count == 2)
        }
    }
}

/// The token file between runs.
@Suite(.timeLimit(.minutes(60)))
final class OctoparseClientTokenCacheTests {
    private let directory = NSTemporaryDirectory() + "octovault-" + UUID().uuidString

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    /// Runs `body` with one client after another, all against the same server.
    private func withClients(
        _ count: Int, _ api: ScriptedAPI = ScriptedAPI(),
        _ body: (Int, OctoparseClient, ScriptedServer) async throws -> Void
    ) async throws {
        let server = try await ScriptedServer.start { api.answer($0) }
        var configuration = testConfiguration(port: server.port)
        configuration.cachesTokens = true
        configuration.tokenCacheDirectory = directory
        for number in 1...count {
            try await OctoparseClient.with(configuration: configuration, logger: LogRecorder().logger) {
                try await body(number, $0, server)
            }
        }
        await server.stop()
    }

    private func files() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory + "/tokens").map { "\(directory)/tokens/\($0)" }
    }

    @Test func aRestartDoesNotLogInAgain() async throws {
        try await withClients(3) { number, client, server in
            _ = try await client.page(.all(task: "t"), index: 1, size: 10)
            #expect(server.requests.filter { $0.path == "/token" }.count == 1)
            #expect(server.requests.last?.headers["authorization"] == "bearer access-1")
        }
    }

    /// The server knows the password of whoever got the token.
    @Test func aPasswordIsMaskedThoughATokenOfAnEarlierRunIsUsed() async throws {
        let api = ScriptedAPI(data: [.page(), .error("taskid_error", text: "no \(testPassword)")])
        let server = try await ScriptedServer.start { api.answer($0) }
        var configuration = testConfiguration(port: server.port)
        configuration.cachesTokens = true
        configuration.tokenCacheDirectory = directory
        try await OctoparseClient.with(configuration: configuration, logger: LogRecorder().logger) { client in
            _ = try await client.page(.all(task: "t"), index: 1, size: 10)
        }
        // As another process has it.
        configuration.secrets = SecretRegistry()
        let error = try await apiError {
            try await OctoparseClient.with(configuration: configuration, logger: LogRecorder().logger) { client in
                _ = try await client.page(.all(task: "t"), index: 1, size: 10)
            }
        }
        #expect(error.message.contains("[secret]") && !"\(error)".contains(testPassword), "\(error)")
        #expect(server.requests.filter { $0.path == "/token" }.count == 1)
        await server.stop()
    }

    @Test func aPasswordThatCannotBeReadStopsNoTokenOfAnEarlierRun() async throws {
        let server = try await ScriptedServer.start { ScriptedAPI().answer($0) }
        var configuration = testConfiguration(port: server.port)
        configuration.cachesTokens = true
        configuration.tokenCacheDirectory = directory
        for number in 1...2 {
            if number == 2 { configuration.password = { throw CancellationError() } }
            try await OctoparseClient.with(configuration: configuration, logger: LogRecorder().logger) { client in
                let page = try await client.page(.all(task: "t"), index: 1, size: 10)
                #expect(page.rows.count == 2)
            }
        }
        await server.stop()
    }

    @Test func aRefreshIsKeptForTheNextRun() async throws {
        let api = ScriptedAPI(data: [.error("unauthorized")])
        try await withClients(2, api) { _, client, server in
            _ = try await client.page(.all(task: "t"), index: 1, size: 10)
            #expect(server.requests.filter { $0.path == "/token" }.count == 2)
            #expect(server.requests.last?.headers["authorization"] == "bearer access-2")
        }
    }

    @Test func aTokenThatARunBesideThisOneGotIsTakenOver() async throws {
        let directory = directory
        let api = ScriptedAPI()
        // While the first request is under way, another run renews the token; the server then refuses the old one.
        let server = try await ScriptedServer.start { request in
            guard request.headers["authorization"] == "bearer access-1" else { return api.answer(request) }
            let host = "http://" + (request.headers["host"] ?? "")
            let cache = TokenCache(directory: directory + "/tokens", host: host, user: "user@example.com")
            let far = Date().addingTimeInterval(3600)
            #expect(cache.store(Token(access: "beside", refresh: "r", expiresAt: far, renewAt: far)) == nil)
            return .error("unauthorized")
        }
        var configuration = testConfiguration(port: server.port)
        configuration.cachesTokens = true
        configuration.tokenCacheDirectory = directory
        try await OctoparseClient.with(configuration: configuration, logger: LogRecorder().logger) { client in
            _ = try await client.page(.all(task: "t"), index: 1, size: 10)
        }
        #expect(server.requests.map { $0.headers["authorization"] } == [nil, "bearer access-1", "bearer beside"])
        await server.stop()
    }

    @Test func aDamagedFileMeansALogInAndIsRepaired() async throws {
        try await withClients(3) { number, client, server in
            if number == 2 { try Data("{damaged".utf8).write(to: URL(fileURLWithPath: files()[0])) }
            _ = try await client.page(.all(task: "t"), index: 1, size: 10)
            #expect(server.requests.filter { $0.path == "/token" }.count == min(number, 2))
        }
    }

    @Test func aFolderThatCannotBeWrittenFailsNothing() async throws {
        _ = FileManager.default.createFile(atPath: directory, contents: Data())
        try await withClients(2) { number, client, server in
            _ = try await client.page(.all(task: "t"), index: 1, size: 10)
            #expect(server.requests.filter { $0.path == "/token" }.count == number)
        }
    }

    @Test func theFileIsOfMode0600AndItsNameTellsNobodysName() async throws {
        try await withClients(1) { _, client, _ in
            _ = try await client.page(.all(task: "t"), index: 1, size: 10)
            let file = try #require(files().first)
            let attributes = try FileManager.default.attributesOfItem(atPath: file)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            #expect(!file.contains("user") && !file.contains("example"))
            let content = try String(contentsOfFile: file, encoding: .utf8)
            #expect(content.contains("access-1") && !content.contains("s3cret"))
        }
    }

    @Test func refusedCredentialsLeaveNoFile() async throws {
        let api = ScriptedAPI(
            tokens: [.token("a", refresh: "r"), .error("invalid_grant"), .error("invalid_grant")],
            data: [.error("unauthorized")])
        try await withClients(1, api) { _, client, _ in
            _ = try? await client.page(.all(task: "t"), index: 1, size: 10)
            let left = try files()
            #expect(left.isEmpty)
        }
    }
}
