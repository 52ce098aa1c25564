import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import Records
import Sandbox
import Synchronization

/// A loopback server that answers whatever a closure says, byte for byte, with TLS or without, and remembers what it
/// was sent.
final class DoorServer: Sendable {
    struct Request: Sendable {
        /// Method, target and version.
        let line: String
        let head: String
        let body: String

        var path: String { String((line.split(separator: " ").dropFirst().first ?? "").prefix { $0 != "?" }) }
    }

    private struct State {
        var requests: [Request] = []
        var connections = 0
        var port = 0
    }

    private let state = Mutex(State())
    private let answer: @Sendable (Request) -> Reply
    private let isEncrypted: Bool

    var requests: [Request] { state.withLock { $0.requests } }
    /// Connections accepted, whether or not anything came over them.
    var connections: Int { state.withLock { $0.connections } }
    var baseURL: String { "\(isEncrypted ? "https" : "http")://localhost:\(state.withLock { $0.port })" }

    private init(isEncrypted: Bool, _ answer: @escaping @Sendable (Request) -> Reply) {
        self.isEncrypted = isEncrypted
        self.answer = answer
    }

    /// Runs a server on a free port while `body` runs.
    static func with<Value>(
        tls: NIOSSLContext? = nil, _ answer: @escaping @Sendable (Request) -> Reply,
        _ body: (DoorServer) async throws -> Value
    ) async throws -> Value {
        let server = DoorServer(isEncrypted: tls != nil, answer)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    server.state.withLock { $0.connections += 1 }
                    if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
                    try channel.pipeline.syncOperations.addHandler(
                        RequestCutter { request, channel in server.take(request, on: channel) })
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        server.state.withLock { $0.port = channel.localAddress?.port ?? 0 }
        let outcome: Result<Value, any Error>
        do { outcome = .success(try await body(server)) } catch { outcome = .failure(error) }
        try? await channel.close()
        return try outcome.get()
    }

    private func take(_ request: Request, on channel: any Channel) {
        state.withLock { $0.requests.append(request) }
        let reply = answer(request)
        Task(executorPreference: OwnThreads.servers) {
            // A piece goes out once the one before has: a server with a gigabyte to send does not hold it.
            do {
                if !reply.head.isEmpty { try await channel.writeAndFlush(ByteBuffer(bytes: reply.head)) }
                for _ in 0..<reply.times { try await channel.writeAndFlush(ByteBuffer(bytes: reply.piece)) }
                if reply.closes { try await channel.close() }
            } catch {
                // The client has heard enough.
                try? await channel.close()
            }
        }
    }
}

/// What a ``DoorServer`` sends: a head, then a piece so many times.
struct Reply: Sendable {
    var head: [UInt8] = []
    var piece: [UInt8]
    var times = 1
    var closes = false

    /// A whole answer.
    static func json(_ text: String, status: String = "200 OK", headers: [String] = []) -> Reply {
        let lines = ["HTTP/1.1 \(status)", "Content-Length: \(text.utf8.count)"] + headers
        return Reply(piece: Array((lines.joined(separator: "\r\n") + "\r\n\r\n" + text).utf8))
    }

    /// An answer's head for `bytes` of gzip, and those.
    static func gzip(_ bytes: [UInt8]) -> Reply {
        let head = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(bytes.count)\r\n\r\n"
        return Reply(piece: Array(head.utf8) + bytes)
    }

    static func token(_ access: String, refresh: String, lifetime: Int = 86_399) -> Reply {
        .json(
            #"{"access_token":"\#(access)","token_type":"bearer","expires_in":\#(lifetime),"refresh_token":"\#(refresh)"}"#
        )
    }

    static func error(_ word: String, _ text: String, status: String = "400 Bad Request") -> Reply {
        .json(#"{"error":"\#(word)","error_description":"\#(text)"}"#, status: status)
    }

    /// A page of rows that is all there is.
    static func rows(_ rows: [String]) -> Reply {
        let list = rows.joined(separator: ",")
        return .json(
            #"{"data":{"total":\#(rows.count),"currentTotal":\#(rows.count),"dataList":[\#(list)]},"error":"success"}"#)
    }

    /// No answer at all, with the connection left open.
    static let silence = Reply(piece: [], times: 0)
}

/// Cuts a connection's bytes into requests with bodies of announced length.
private final class RequestCutter: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private var text = ""
    private let take: @Sendable (DoorServer.Request, any Channel) -> Void

    init(_ take: @escaping @Sendable (DoorServer.Request, any Channel) -> Void) {
        self.take = take
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        text += String(buffer: unwrapInboundIn(data))
        while let request = next() { take(request, context.channel) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func next() -> DoorServer.Request? {
        guard let end = text.range(of: "\r\n\r\n") else { return nil }
        let lines = text[..<end.lowerBound].components(separatedBy: "\r\n")
        let length = lines.dropFirst().first { $0.lowercased().hasPrefix("content-length:") }
            .flatMap { Int($0.drop { $0 != ":" }.dropFirst().trimmingCharacters(in: .whitespaces)) }
        guard text[end.upperBound...].utf8.count >= length ?? 0 else { return nil }
        let body = text[end.upperBound...].prefix(length ?? 0)
        defer { text = String(text[body.endIndex...]) }
        return DoorServer.Request(line: lines[0], head: lines.joined(separator: "\n"), body: String(body))
    }
}
