import Foundation
import Synchronization
import Logging
import RowJSON
import Testing

@testable import OctoparseAPI

/// What a network and a server can do wrong, over real HTTP.
@Suite(.timeLimit(.minutes(60)))
struct OctoparseClientFaultTests {
    private static let pageBytes = Array([ScriptedServer.Step].pageBody().utf8)

    /// Each fault twice, then a sound page.
    private static let faults: [(String, [ScriptedServer.Step])] = [
        ("a reset before the answer", [.reset]),
        ("an end before the answer", [.close]),
        ("a reset within the head", [.send(Array("HTTP/1.1 200".utf8)), .reset]),
        ("an end within the body", .reply(200, pageBytes, announced: pageBytes.count + 10) + [.close]),
        ("a reset within the body", .reply(200, Array(pageBytes.dropLast(5)), announced: pageBytes.count) + [.reset]),
        (
            "a body cut short without a length",
            [
                .send(Array("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".utf8) + pageBytes.dropLast(5)), .close,
            ]
        ),
        ("no HTTP", [.send(Array("SSH-2.0-OpenSSH\r\n\r\n".utf8)), .close]),
        ("malformed JSON", .reply(200, "{\"data\":{\"total\":1,")),
        ("a web page with status 200", .html(200)),
        ("an empty answer", .reply(200, "")),
        ("a total below the rows", .page(total: 1)),
        ("server_error with status 200", .error("server_error")),
        ("server_error with status 500", .error("server_error", status: 500)),
        ("HTML with 502", .html(502)), ("HTML with 503", .html(503)), ("HTML with 504", .html(504)),
        ("status 500", .reply(500, "")), ("status 429", .reply(429, "")), ("status 408", .reply(408, "")),
        ("a broken gzip body", .reply(200, [0x1F, 0x8B, 1, 2, 3], headers: ["Content-Encoding: gzip"])),
    ]

    @Test(arguments: faults.indices)
    func aTransientFaultIsRetriedWithBackoff(index: Int) async throws {
        let (name, fault) = Self.faults[index]
        try await withServer(data: [fault, fault]) { scene in
            let page = try await scene.page()
            #expect(page.rows.count == 2, "\(name)")
            #expect(page.attempts == 3, "\(name)")
            #expect(scene.client.requests.retries == 2)
            // Half of 0.5 s and of 1 s; a 429 has its floor of 1 s.
            let least: [Duration] =
                name == "status 429" ? [.seconds(1), .seconds(1)] : [.milliseconds(250), .milliseconds(500)]
            #expect(Array(scene.clock.sleeps.filter { $0 > .zero }.prefix(2)) == least, "\(name)")
            #expect(scene.tokenBodies.count == 1)
        }
    }

    @Test(arguments: faults.indices)
    func aFaultThatStaysIsGivenUpWithOneSentence(index: Int) async throws {
        let (name, fault) = Self.faults[index]
        try await withServer(data: Array(repeating: fault, count: 3), configure: { $0.maximumAttempts = 3 }) { scene in
            let error = try await apiError { try await scene.page() }
            #expect(error.isTransient, "\(name)")
            #expect(
                error.message.hasPrefix("127.0.0.1:\(scene.server.port), asked for all rows of task t, "), "\(name)")
            #expect(error.message.hasSuffix(", after 3 requests"), "\(name): \(error.message)")
            #expect(!error.message.contains("\n"))
            #expect(scene.dataRequests.count == 3, "\(name)")
        }
    }

    private static let finalFaults: [([ScriptedServer.Step], APIError.Code)] = [
        (.error("taskid_error"), .taskUnknown), (.error("taskid_error", status: 400), .taskUnknown),
        (.error("export_pagesize_error"), .pageSize), (.error("who_knows"), .unexpected),
        (.reply(405, "{\"message\":\"Requested Resource Does Not Support HTTP Method 'GET'\"}"), .wrongMethod),
        (.html(404), .wrongAPI), (.html(403), .unexpected),
    ]

    @Test(arguments: finalFaults.indices)
    func aFinalFaultIsNotRetried(index: Int) async throws {
        let (fault, code) = Self.finalFaults[index]
        try await withServer(data: [fault]) { scene in
            let error = try await apiError { try await scene.page() }
            #expect(error.code == code)
            #expect(!error.isTransient)
            #expect(scene.dataRequests.count == 1)
            #expect(scene.clock.sleeps.isEmpty)
        }
    }

    /// `Retry-After` of a 429, and the wait that it causes with half of the jitter.
    @Test(
        arguments: [
            ([], 1000), (["Retry-After: 0"], 1250), (["Retry-After: 7"], 7250), (["Retry-After: 86400"], 120_250),
            (["Date: Sun, 06 Nov 1994 08:49:37 GMT", "Retry-After: Sun, 06 Nov 1994 08:50:07 GMT"], 30_250),
            (["Retry-After: nonsense"], 1000),
        ] as [([String], Int)])
    func aRateLimitWaitsAsLongAsItAsksWithinBounds(headers: [String], milliseconds: Int) async throws {
        try await withServer(data: [.html(429, headers: headers)]) { scene in
            _ = try await scene.page()
            #expect(scene.clock.sleeps.first == .milliseconds(milliseconds))
        }
    }

    @Test func aRateLimitPausesTheWholeAccount() async throws {
        // On this clock, sleeps of a second and more do not end.
        let clock = SkippingClock(limit: .seconds(1))
        let data: [[ScriptedServer.Step]] = [.html(429, headers: ["Retry-After: 50"])]
        try await withServer(data: data, clock: clock) { scene in
            let limited = Task { try await scene.page() }
            await eventually { clock.parked.contains { $0 < .seconds(60) } }
            let other = Task { try await scene.page() }
            await eventually { clock.parked.filter { $0 < .seconds(60) }.count == 2 || scene.dataRequests.count == 2 }
            #expect(scene.dataRequests.count == 1)
            limited.cancel()
            other.cancel()
            await #expect(throws: CancellationError.self) { try await limited.value }
            await #expect(throws: CancellationError.self) { try await other.value }
        }
    }

    @Test func aRefusedConnectionIsRetriedAndThenANetworkError() async throws {
        let closed = try #require(ClosedPort())
        let clock = SkippingClock()
        let client = try OctoparseClient(
            configuration: testConfiguration(port: closed.number), logger: LogRecorder().logger,
            effects: Effects(clock: clock, random: { 0.5 }))
        let error = try await apiError { try await client.page(.all(task: "t"), index: 1, size: 1) }
        #expect(error.code == .network)
        #expect(error.message.contains("could not be reached (Connection refused)"), "\(error.message)")
        #expect(clock.sleeps == [250, 500, 1000, 2000, 4000].map { .milliseconds($0) })
        #expect(client.requests.requests == 6)
        try await client.shutdown()
        withExtendedLifetime(closed) {}
    }

    @Test func aStallEndsWithTheIdleLimit() async throws {
        let head = Array("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{".utf8)
        for stall: [ScriptedServer.Step] in [[.stall], [.send(head), .stall]] {
            try await withServer(data: [stall], configure: { $0.idleTimeout = .seconds(5) }) { scene in
                let page = try await scene.page()
                #expect(page.attempts >= 2)
            }
        }
    }

    @Test func aDrippedBodyEndsWithTheWholeLimit() async throws {
        let head = Array("HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n{".utf8)
        let configure: (inout APIConfiguration) -> Void = { $0.maximumAttempts = 1 }
        try await withServer(data: [[.send(head), .drip]], configure: configure) { scene in
            let task = Task { try await scene.page() }
            // More than the 96 bytes of the log-in: the head has come, and with it the end of the library's own limit.
            await eventually { scene.client.requests.bytesReceived > 100 }
            scene.clock.advance(by: .seconds(181))
            let error = try await apiError { try await task.valueOrCancel }
            #expect(error.code == .timeout)
            #expect(error.message.contains("sent no whole answer within 180.0 seconds"), "\(error.message)")
        }
    }

    @Test func gzipAndChunkedBodiesAreRead() async throws {
        let body = [ScriptedServer.Step].pageBody()
        try await withServer(data: [.gzip(Array(body.utf8)), .chunked(body)]) { scene in
            for _ in 0..<2 {
                let page = try await scene.page()
                #expect(page.rows.count == 2)
            }
            #expect(scene.client.requests.retries == 0)
        }
    }

    @Test func anAnswerOverTheLimitIsRefusedHoweverItIsSent() async throws {
        let zeros = [UInt8](repeating: 0x20, count: 300_000)
        let endless: [ScriptedServer.Step] = [
            .send(Array("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".utf8) + zeros), .stall,
        ]
        let faults: [[ScriptedServer.Step]] = [
            try .gzip(zeros), .reply(200, zeros), .reply(200, [], announced: 100_001) + [.stall], endless,
        ]
        for fault in faults {
            try await withServer(data: [fault], configure: { $0.maximumResponseBytes = 100_000 }) { scene in
                let error = try await apiError { try await scene.page() }
                #expect(error.code == .tooLarge)
                #expect(error.message.contains("more than 100000 bytes"))
                #expect(scene.dataRequests.count == 1)
            }
        }
    }

    @Test func anAnswerOfJustTheLimitIsTaken() async throws {
        try await withServer(
            data: [.page()], configure: { $0.maximumResponseBytes = max(Self.pageBytes.count, 120) }
        ) { scene in
            let page = try await scene.page()
            #expect(page.rows.count == 2)
        }
    }

    @Test(arguments: [301, 302, 303, 307, 308])
    func aRedirectIsRefusedAndItsTargetNeverAsked(status: Int) async throws {
        let target = try await ScriptedServer.start { _ in .page() }
        let elsewhere = "http://127.0.0.1:\(target.port)/x?access_token=1"
        try await withServer(data: [
            .reply(status, "", headers: ["Location: \(elsewhere)"]),
            .reply(status, "", headers: ["Location: /same?a=1"]),
        ]) { scene in
            let other = try await apiError { try await scene.page() }
            #expect(other.code == .redirectRefused)
            #expect(other.message.contains("redirects to http://127.0.0.1:\(target.port)/x (status \(status))"))
            let same = try await apiError { try await scene.page() }
            #expect(same.code == .redirectRefused)
            #expect(same.message.contains("redirects to /same (status"))
            #expect(target.requests.isEmpty)
            #expect(scene.dataRequests.count == 2)
        }
        await target.stop()
    }

    @Test func cancellationEndsABackoffAStallAndADrip() async throws {
        let head = Array("HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n{".utf8)
        for fault: [ScriptedServer.Step] in [
            .html(429, headers: ["Retry-After: 100000"]), [.stall], [.send(head), .drip],
        ] {
            try await withServer(data: [fault], configure: { $0.retryAfterCap = .seconds(80_000) }) { scene in
                let task = Task { try await scene.page() }
                await eventually { scene.dataRequests.count == 1 }
                task.cancel()
                await #expect(throws: CancellationError.self) { try await task.value }
                #expect(scene.dataRequests.count == 1)
            }
        }
    }

    @Test func retriesAreLoggedWithoutFloodingTheLog() async throws {
        try await withServer(data: Array(repeating: .html(502), count: 5)) { scene in
            _ = try await scene.page()
            let logged = scene.logs.lines(at: .info)
            #expect(logged.count == 1)
            #expect(logged.allSatisfy { $0.contains(#/wait"?[=:] ?"?[0-9]+\.[0-9]s/#) }, "\(logged)")
            #expect(scene.logs.lines(at: .debug).filter { $0.contains("trying again") }.count == 4)
        }
    }

    @Test func noErrorAndNoLogLineHoldsASecret() async throws {
        // A server that repeats whatever it is told, in every place where it can.
        let script: ScriptedServer.Script = { request in
            if request.path == "/token" {
                return request.body.contains("grant_type=password")
                    ? .token("secret-access", refresh: "secret-refresh")
                    : .error("invalid_grant", status: 400, text: "no such token secret-refresh")
            }
            let echo = "secret-access secret-refresh"
            return .error(request.target.contains("unauthorized") ? "unauthorized" : "server_error \(echo)", text: echo)
        }
        try await withServer(script, configure: { $0.maximumAttempts = 2 }) { scene in
            for task in ["unauthorized", "other"] {
                let error = try await apiError { try await scene.client.page(.all(task: task), index: 1, size: 1) }
                var dumped = ""
                dump(error, to: &dumped)
                for text in ["\(error)", dumped, String(describing: error.cause)] {
                    #expect(!text.contains("secret-access") && !text.contains("secret-refresh"), "\(text)")
                }
            }
            let lines = scene.logs.lines
            #expect(lines.count > 5)
            for line in lines {
                #expect(!line.contains("secret-") && !line.contains("s3cret"), "\(line)")
            }
        }
    }
}
