import Foundation
import NIOCore

/// Writes the time at which it leaves into the head of each answer. What the web framework writes there is renewed by a
/// task once a second, and is old where that task waits for others.
final class DateHandler: ChannelOutboundHandler {
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    /// Puts a handler next to the socket of each connection, where answers are bytes.
    final class Installer: ChannelOutboundHandler, RemovableChannelHandler {
        typealias OutboundIn = Never

        func handlerAdded(context: ChannelHandlerContext) {
            // Without it, the framework's date stays.
            try? context.channel.pipeline.syncOperations.addHandler(DateHandler(), position: .first)
        }
    }

    private var second = 0
    private var text: [UInt8] = []

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .byteBuffer(var buffer) = unwrapOutboundIn(data), let place = Self.place(in: buffer) else {
            context.write(data, promise: promise)
            return
        }
        buffer.setBytes(now(), at: place)
        context.write(wrapOutboundOut(.byteBuffer(buffer)), promise: promise)
    }

    /// Where an answer's date begins; nil where the bytes are no head, or have none of the usual length.
    private static func place(in buffer: ByteBuffer) -> Int? {
        let bytes = buffer.readableBytesView
        guard bytes.starts(with: "HTTP/1.".utf8), let end = bytes.firstRange(of: "\r\n\r\n".utf8) else { return nil }
        let head = bytes[..<end.upperBound]
        let names = ["\r\nDate: ", "\r\ndate: "]
        guard let name = names.lazy.compactMap({ head.firstRange(of: $0.utf8) }).first,
            let value = head[name.upperBound...].firstRange(of: "\r\n".utf8),
            value.lowerBound - name.upperBound == Fault.httpDateLength
        else { return nil }
        return name.upperBound
    }

    private func now() -> [UInt8] {
        let now = Date.now
        let second = Int(now.timeIntervalSince1970)
        if second != self.second || text.isEmpty {
            self.second = second
            text = Array(Fault.httpDate(now).utf8)
        }
        return text
    }
}
