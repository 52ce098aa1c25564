import Foundation
import Gzip
import RowJSON
import TestSupport
import Testing

@testable import OctoparseAPI

/// What bytes of a server, of a webhook's or of a proxy can do: give an answer or an error, and nothing else.
@Suite(.timeLimit(.minutes(60)))
struct RawAnswerTests {
    private static let page = #"{"data":{"total":1,"dataList":[{"a":"b"}]},"error":"success"}"#

    /// The number of rows that a client makes of these bytes, after which the server closes the connection, or its
    /// error.
    private func ask(_ bytes: [UInt8]) async throws -> (rows: Int?, error: APIError?) {
        try await withServer(
            { $0.path == "/token" ? .token("access-token-1") : [.send(bytes), .close] },
            configure: { $0.maximumAttempts = 1 },
            { scene in
                do {
                    return (try await scene.page().rows.count, nil)
                } catch let error as APIError {
                    return (nil, error)
                }
            })
    }

    private func post(_ bytes: [UInt8]) async throws -> WebhookError? {
        let server = try await ScriptedServer.start { _ in [.send(bytes), .close] }
        let poster = WebhookPoster(timeout: .seconds(1800), logger: LogRecorder().logger)
        var failure: WebhookError?
        do {
            try await poster.post(Array(#"{"job":"weather"}"#.utf8), to: "http://127.0.0.1:\(server.port)/x")
        } catch let error as WebhookError {
            failure = error
        }
        await poster.shutdown()
        await server.stop()
        return failure
    }

    /// What comes of a delivery whose proxy answers with these bytes.
    private func postThroughProxy(_ bytes: [UInt8], scheme: String) async throws -> WebhookError? {
        let server = try await ScriptedServer.start { _ in [.send(bytes), .close] }
        let poster = WebhookPoster(
            environment: ["all_proxy": "http://user:proxy-password@127.0.0.1:\(server.port)"], timeout: .seconds(1800),
            logger: LogRecorder().logger)
        var failure: WebhookError?
        do {
            try await poster.post([], to: "\(scheme)://hooks.invalid/x")
        } catch let error as WebhookError {
            failure = error
        }
        await poster.shutdown()
        await server.stop()
        return failure
    }

    private func reply(_ head: String, _ body: String = Self.page) -> [UInt8] {
        Array("\(head)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)".utf8)
    }

    @Test(arguments: ["000", "001", "042", "099"])
    func aStatusBelow100IsRefused(status: String) async throws {
        let bytes = reply("HTTP/1.1 \(status) Odd")
        let error = try #require(try await ask(bytes).error)
        #expect(error.code == .network)
        #expect(error.message.hasSuffix("broke the rules of HTTP (a status of \(Int(status) ?? 0))"), "\(error)")
        #expect(try await post(bytes)?.code == .network)
        for scheme in ["http", "https"] {
            #expect(try await postThroughProxy(bytes + bytes, scheme: scheme) != nil)
        }
    }

    @Test(arguments: [100, 102, 103, 199])
    func interimHeadsComeBeforeTheAnswer(status: Int) async throws {
        let interim = Array("HTTP/1.1 \(status) Wait\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\n".utf8)
        let answer = reply("HTTP/1.1 200 OK")
        #expect(try await ask(interim + answer).rows == 1)
        #expect(try await ask(interim + interim + answer).rows == 1)
        #expect(try await post(interim + answer) == nil)
        let flood = [[UInt8]](repeating: interim, count: ResponseHeadGuard.mostInterimHeads + 1).flatMap { $0 }
        #expect(try await ask(flood + answer).error?.code == .network)
    }

    @Test func aSwitchOfProtocolsIsAnError() async throws {
        for head in ["HTTP/1.1 101 Switch\r\nConnection: upgrade\r\nUpgrade: h2c", "HTTP/1.1 101 Switch"] {
            let bytes = reply(head, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
            #expect(try await ask(bytes).error != nil)
            #expect(try await post(bytes) != nil)
        }
    }

    /// Of raw answers, each changed in a few places.
    @Test(arguments: Sampling.quick(1, of: UInt64(1)...4)) func noBytesEndTheProcess(seed: UInt64) async throws {
        var fuzz = RawAnswers(seed: seed, page: Self.page)
        for round in 0..<Sampling.quick(16, else: 40) {
            let bytes = fuzz.next()
            switch round % 4 {
            case 0: _ = try await postThroughProxy(bytes, scheme: round % 16 == 0 ? "https" : "http")
            case 1: _ = try await post(bytes)
            default: _ = try await ask(bytes)
            }
        }
    }
}

/// Members of a gzip body.
@Suite(.timeLimit(.minutes(60)))
struct CompressedAnswerTests {
    private static let page = #"{"data":{"total":1,"dataList":[{"a":"bbbbbbbbbbbbbbbbbbbbbbbbb"}]},"error":"success"}"#

    private func ask(_ body: [UInt8], encoding: String = "gzip") async throws -> Int {
        try await withServer(
            data: [.reply(200, body, headers: ["Content-Encoding: \(encoding)"])],
            configure: { $0.maximumAttempts = 1 }, { try await $0.page().rows.count })
    }

    private func compressed(_ text: some Sequence<UInt8>) throws -> [UInt8] {
        var encoder = try GzipEncoder(level: 9)
        var member: [UInt8] = []
        try Array(text).withUnsafeBytes { try encoder.appendMember(of: $0, to: &member) }
        return member
    }

    @Test(arguments: 1...5) func anAnswerOfSeveralMembersIsRead(count: Int) async throws {
        let bytes = Array(Self.page.utf8)
        let size = (bytes.count + count - 1) / count
        let members = try stride(from: 0, to: bytes.count, by: size).map {
            try compressed(bytes[$0..<min($0 + size, bytes.count)])
        }
        for encoding in ["gzip", "x-gzip", "GZIP"] {
            #expect(try await ask(members.flatMap { $0 }, encoding: encoding) == 1)
        }
        #expect(try await ask(try compressed([]) + members.flatMap { $0 } + compressed([])) == 1)
    }

    @Test func whatFollowsTheMembersIsRefused() async throws {
        let member = try compressed(Self.page.utf8)
        for rest in [[0], Array("junk".utf8), Array(member.prefix(12)), Array(member.dropLast())] {
            let error = try await apiError { try await ask(member + rest) }
            #expect(error.code == .malformed)
        }
    }

    /// A body that came whole and has something else behind it comes so again; one that was cut may come whole.
    @Test func onlyACutBodyIsAskedForAgain() async throws {
        let member = try compressed(Self.page.utf8)
        let rests: [(rest: [UInt8], requests: Int)] = [
            ([0], 1), ([0x1F], 1), (Array("\r\n".utf8), 1), (Array("junk".utf8), 1), ([0x1F, 0x8B, 7, 0], 1),
            (Array(repeating: 0, count: 1000), 1), (Array(member.prefix(12)), 3), (Array(member.dropLast()), 3),
        ]
        for (rest, requests) in rests {
            let steps: [ScriptedServer.Step] = .reply(200, member + rest, headers: ["Content-Encoding: gzip"])
            try await withServer(
                data: Array(repeating: steps, count: 5), configure: { $0.maximumAttempts = 3 }
            ) { scene in
                let error = try await apiError { try await scene.page() }
                #expect(error.code == .malformed && error.isTransient == (requests > 1), "\(rest.prefix(9)): \(error)")
                #expect(scene.dataRequests.count == requests, "\(rest.prefix(9))")
            }
        }
    }
}

/// Makes raw answers that are nearly right.
struct RawAnswers {
    private var random: SeededGenerator
    private let page: String

    init(seed: UInt64, page: String) {
        random = SeededGenerator(seed: seed)
        self.page = page
    }

    private mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int(random.next() % UInt64(values.count))]
    }

    private mutating func isDue(_ one: UInt64, in many: UInt64) -> Bool { random.next() % many < one }

    mutating func next() -> [UInt8] {
        var text = ""
        while isDue(1, in: 3) { text += head(status: pick(["100", "102", "103", "199", "101", "099"])) + "\r\n" }
        let body = pick([
            page, "", "x", "5\r\nhello\r\n0\r\n\r\n", "5\r\nhello\r\n0\r\nTrailer: x\r\n\r\n", "ffffffffffffffff\r\nx",
        ])
        text += head(
            status: pick([
                "200", "204", "304", "000", "042", "099", "301", "407", "429", "500", "999", "1000", "20", "-1", "abc",
                "",
            ]))
        while isDue(2, in: 3) { text += field(body.utf8.count) }
        text += pick(["\r\n", "\r\n", "\r\n", "\n", ""]) + body
        if isDue(1, in: 4) { text += text }
        var bytes = Array(text.utf8)
        while isDue(1, in: 3), !bytes.isEmpty {
            let place = Int(random.next() % UInt64(bytes.count))
            switch random.next() % 4 {
            case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
            case 1: bytes.remove(at: place)
            case 2: bytes.removeLast(bytes.count - place)
            default: bytes.insert(pick([0, 10, 13, 32, 58, 255]), at: place)
            }
        }
        return bytes
    }

    private mutating func head(status: String) -> String {
        pick(["HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/0.9", "HTTP/2.0", "HTTP/9.9", "ICY", ""])
            + " \(status) "
            + pick(["OK", "", "Odd reason\u{1}"]) + "\r\n"
    }

    private mutating func field(_ length: Int) -> String {
        pick([
            "Content-Length: \(length)", "Content-Length: \(length)", "Content-Length: -1", "Content-Length: 0",
            "Content-Length: 9223372036854775808", "Content-Length: 18446744073709551615",
            "Content-Length: \(length), \(length)",
            "Content-Length: 4294967296", "Content-Length:", "Transfer-Encoding: chunked",
            "Transfer-Encoding: gzip, chunked",
            "Transfer-Encoding: x", "Content-Encoding: gzip", "Content-Encoding: deflate", "Content-Encoding: br",
            "Connection: close", "Connection: keep-alive", "Connection: upgrade", "Upgrade: websocket", "Foo", ": x",
            "A:",
            "Location: http://[", "Location: //a:99999999/%", "Retry-After: 99999999999999999999", "Retry-After: -1",
            "Date: Sun, 06 Nov 9999 08:49:37 GMT", "Date: Sunday, 99-Nov-99 99:99:99 GMT", "Trailer: x",
            "X: \(String(repeating: "y", count: 90_000))", String(repeating: "H: v\r\n", count: 300) + "Z: z",
        ]) + pick(["\r\n", "\r\n", "\r\n", "\n"])
    }
}
