import NIOCore
import NIOHTTP1

/// Stands between the decoder of HTTP and async-http-client's own handler, and refuses heads that the latter has no
/// state for.
///
/// It drops a head whose status is below 200 and not 101, and ends the process when the message goes on. The decoder
/// ends messages of 100 to 199 by itself, so that those of 000 to 099 remain: they are no statuses of HTTP (RFC 9110,
/// section 15), and the connection is closed. Interim heads are bounded in number, since each one puts off the limit on
/// silence.
final class ResponseHeadGuard: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias InboundOut = HTTPClientResponsePart

    /// Interim heads (100 to 199) before one answer.
    static let mostInterimHeads = 100

    private var interimHeads = 0
    private var isClosed = false

    /// Puts a guard into a new connection's pipeline.
    @Sendable static func install(into channel: any Channel) -> EventLoopFuture<Void> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPResponseDecoder>.self)
            try pipeline.addHandler(ResponseHeadGuard(), position: .after(decoder))
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isClosed else { return }
        guard case .head(let head) = unwrapInboundIn(data) else { return context.fireChannelRead(data) }
        let status = head.status.code
        interimHeads = (100...199).contains(status) && status != 101 ? interimHeads + 1 : 0
        guard status >= 100, interimHeads <= Self.mostInterimHeads else {
            isClosed = true
            context.fireErrorCaught(UnusableHead(status: Int(status)))
            context.close(promise: nil)
            return
        }
        context.fireChannelRead(data)
    }
}

/// A response's head that is no answer to anything.
struct UnusableHead: Error {
    let status: Int
}
