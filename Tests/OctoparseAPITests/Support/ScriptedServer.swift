import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import Sandbox
import Synchronization

/// A loopback HTTP server on a free port that does byte for byte what a script says: also what no real server should.
final class ScriptedServer: Sendable {
    struct Request: Sendable {
        var method: String
        /// Path and query, as sent.
        var target: String
        /// By name in lower case.
        var headers: [String: String]
        var body: String
        var connection: UUID

        var path: String { String(target.prefix { $0 != "?" }) }
    }

    /// What to do on the connection, in order.
    enum Step: Sendable {
        case send([UInt8])
        /// One byte each 20 ms, without end.
        case drip
        /// An orderly end.
        case close
        /// A connection reset.
        case reset
        /// No more, with the connection left open.
        case stall
    }

    typealias Script = @Sendable (Request) async -> [Step]

    private struct Record {
        var requests: [Request] = []
        var answering = 0
        var mostAnswering = 0
    }

    private let channel: any Channel
    private let record: Mutex<Record>
    private let script: Script

    var port: Int { channel.localAddress?.port ?? 0 }
    var requests: [Request] { record.withLock { $0.requests } }
    /// The most requests that were in the script's hands at once.
    var mostAtOnce: Int { record.withLock { $0.mostAnswering } }

    private init(channel: any Channel, script: @escaping Script) {
        self.channel = channel
        self.script = script
        record = Mutex(Record())
    }

    static func start(tls: Bool = false, _ script: @escaping Script) async throws -> ScriptedServer {
        let context = tls ? try makeTLS() : nil
        let later = NIOLockedServer()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let context {
                        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
                    }
                    try channel.pipeline.syncOperations.addHandler(
                        ScriptHandler { request, channel in
                            guard let server = later.server.withLock({ $0 }) else { return }
                            Task(executorPreference: OwnThreads.servers) {
                                await server.answer(request, on: channel)
                            }
                        })
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let server = ScriptedServer(channel: channel, script: script)
        later.server.withLock { $0 = server }
        return server
    }

    func stop() async {
        try? await channel.close()
    }

    private static func makeTLS() throws -> NIOSSLContext {
        let certificate = try NIOSSLCertificate(bytes: Array(TestCertificate.certificate.utf8), format: .pem)
        let key = try NIOSSLPrivateKey(bytes: Array(TestCertificate.key.utf8), format: .pem)
        return try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: [.certificate(certificate)], privateKey: .privateKey(key)))
    }

    private func answer(_ request: Request, on channel: any Channel) async {
        record.withLock {
            $0.requests.append(request)
            $0.answering += 1
            $0.mostAnswering = max($0.mostAnswering, $0.answering)
        }
        let steps = await script(request)
        record.withLock { $0.answering -= 1 }
        for step in steps { try? await perform(step, on: channel) }
    }

    private func perform(_ step: Step, on channel: any Channel) async throws {
        switch step {
        case .send(let bytes):
            try await channel.writeAndFlush(ByteBuffer(bytes: bytes))
        case .drip:
            channel.eventLoop.scheduleRepeatedTask(initialDelay: .zero, delay: .milliseconds(20)) { task in
                if channel.isActive {
                    channel.writeAndFlush(ByteBuffer(string: " "), promise: nil)
                } else {
                    task.cancel()
                }
            }
        case .close:
            try await channel.close()
        case .reset:
            try await (channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
            try await channel.close()
        case .stall:
            break
        }
    }
}

private final class NIOLockedServer: Sendable {
    let server = Mutex<ScriptedServer?>(nil)
}

/// Cuts the bytes of a connection into requests.
private final class ScriptHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private var text = ""
    private let connection = UUID()
    private let handle: @Sendable (ScriptedServer.Request, any Channel) -> Void

    init(_ handle: @escaping @Sendable (ScriptedServer.Request, any Channel) -> Void) {
        self.handle = handle
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        text += String(buffer: unwrapInboundIn(data))
        while let request = nextRequest() { handle(request, context.channel) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func nextRequest() -> ScriptedServer.Request? {
        guard let end = text.range(of: "\r\n\r\n") else { return nil }
        let lines = text[..<end.lowerBound].components(separatedBy: "\r\n")
        let words = lines[0].split(separator: " ").map(String.init)
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            headers[line[..<colon].lowercased()] = line[line.index(after: colon)...]
                .trimmingCharacters(in: .whitespaces)
        }
        let length = headers["content-length"].flatMap { Int($0) } ?? 0
        guard words.count == 3, text[end.upperBound...].utf8.count >= length else { return nil }
        let body = String(text[end.upperBound...].prefix(length))
        text = String(text[end.upperBound...].dropFirst(length))
        return ScriptedServer.Request(
            method: words[0], target: words[1], headers: headers, body: body, connection: connection)
    }
}
