import Foundation
import Gzip
import TestSupport
import Testing

/// Answers made to eat memory, a stack or a day: each ends as one clean error, at a cost that is bounded.
@Suite(
    .fewAtATime, .enabled(if: FileManager.default.fileExists(atPath: "/proc/self/status"), "memory is read from /proc"))
struct DoorsBombTests {
    /// An answer may hold 64 MiB; what is made of it, and the program itself, a few times that.
    static let mostMemory = 300 << 20

    enum Bomb: String, CaseIterable, Sendable {
        case aGigabyteOfSpaces, aGigabyteWithALength, aGigabyteInChunks, aGigabyteOfZerosInGzip, membersWithoutEnd
        case millionsOfEmptyRows, millionsOfKeys, nestingWithoutEnd, oneString, aHeaderWithoutEnd

        var reply: Reply {
            let spaces = [UInt8](repeating: 0x20, count: 1 << 20)
            switch self {
            case .aGigabyteOfSpaces: return stream("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", spaces)
            case .aGigabyteWithALength: return stream("HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n", spaces)
            case .aGigabyteInChunks:
                let chunk = Array("100000\r\n".utf8) + spaces + Array("\r\n".utf8)
                return stream("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", chunk)
            case .aGigabyteOfZerosInGzip: return .gzip(Self.zeros(of: 1 << 30, members: 8))
            case .membersWithoutEnd: return .gzip(Self.zeros(of: 1 << 30, members: 1024))
            case .millionsOfEmptyRows: return .gzip(Self.page(of: "{},", ending: "{}"))
            case .millionsOfKeys: return .gzip(Self.keys())
            case .nestingWithoutEnd: return .json(String(repeating: "[", count: 100_000))
            case .oneString: return .gzip(Self.page(of: "\\u0000", from: "{\"a\":\"", ending: "\"}"))
            case .aHeaderWithoutEnd: return stream("HTTP/1.1 200 OK\r\nX: ", spaces.map { $0 + 0x40 })
            }
        }

        private func stream(_ head: String, _ piece: [UInt8]) -> Reply {
            Reply(head: Array(head.utf8), piece: piece, times: 1024, closes: true)
        }
    }

    @Test(arguments: Sampling.some(1, of: Bomb.allCases, draw: 3))
    func aBombEndsAsACleanErrorInBoundedMemory(bomb: Bomb) async throws {
        try await Self.defuse(bomb)
    }

    private static func defuse(_ bomb: Bomb) async throws {
        let reply = bomb.reply
        let answer: @Sendable (DoorServer.Request) -> Reply = { request in
            request.path == "/token" ? .token("access", refresh: "refresh") : reply
        }
        try await DoorServer.with(answer) { server in
            let program = try Program(baseURL: server.baseURL)
            let (run, sight) = try await program.runWatched(["tasks"])
            print("\(bomb): \(sight.mostMemory >> 20) MiB, \(server.requests.count) requests")
            #expect(run.status == 69, "\(run.errors.prefix(1000))")
            let last = run.errors.split(separator: "\n").last { !$0.hasPrefix(" ") }
            #expect(last?.hasPrefix("octovault: localhost:") == true, "\(run.errors.prefix(1000))")
            #expect(run.errors.utf8.count < 5000 && run.output.isEmpty)
            #expect(sight.mostMemory > 0 && sight.mostMemory < mostMemory, "\(sight.mostMemory >> 20) MiB")
        }
    }
}

extension DoorsBombTests.Bomb {
    /// Gzip of that many zeros, in members alike.
    fileprivate static func zeros(of count: Int, members: Int) -> [UInt8] {
        guard var encoder = try? GzipEncoder(level: 9) else { return [] }
        var output: [UInt8] = []
        let piece = [UInt8](repeating: 0, count: count / members)
        piece.withUnsafeBytes { try? encoder.appendMember(of: $0, to: &output) }
        return repeatElement(output, count: members).reduce(into: []) { $0 += $1 }
    }

    /// Small enough to be read whole, six times, by a program that was built for debugging.
    private static let limit = 16 << 20

    /// A page that holds as many pieces as fit into the limit.
    fileprivate static func page(of piece: String, from start: String = "", ending: String) -> [UInt8] {
        let head = #"{"data":{"total":1,"currentTotal":1,"dataList":["# + start
        var text = Array(head.utf8)
        let count = (limit - text.count - 100) / piece.utf8.count
        text.reserveCapacity(limit)
        for _ in 0..<count { text.append(contentsOf: piece.utf8) }
        text += Array((ending + #"]},"error":"success"}"#).utf8)
        return compressed(text)
    }

    fileprivate static func keys() -> [UInt8] {
        var text = Array(#"{"data":[{"taskId":"x""#.utf8)
        text.reserveCapacity(limit)
        var number = 0
        while text.count < limit - 100 {
            text.append(contentsOf: ",\"\(number)\":0".utf8)
            number += 1
        }
        return compressed(text + Array("}]}".utf8))
    }

    private static func compressed(_ text: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        guard var encoder = try? GzipEncoder(level: 1) else { return [] }
        text.withUnsafeBytes { try? encoder.appendMember(of: $0, to: &output) }
        return output
    }
}
