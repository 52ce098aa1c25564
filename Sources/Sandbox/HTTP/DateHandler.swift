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
        buffer.withUnsafeReadableBytes { bytes in
            guard bytes.starts(with: "HTTP/1.".utf8), let end = find("\r\n\r\n", in: bytes[...]) else { return nil }
            let head = bytes[..<end.upperBound]
            guard let name = find("\r\nDate: ", in: head) ?? find("\r\ndate: ", in: head),
                let value = find("\r\n", in: head[name.upperBound...]),
                value.lowerBound - name.upperBound == Fault.httpDateLength
            else { return nil }
            return buffer.readerIndex + name.upperBound
        }
    }

    /// By the C library, for every answer goes through here.
    ///
    /// - Parameter text: it begins with a line's end.
    private static func find(_ text: StaticString, in bytes: Slice<UnsafeRawBufferPointer>) -> Range<Int>? {
        let place = UnsafeRawBufferPointer(rebasing: bytes)
        let length = text.utf8CodeUnitCount
        guard let start = place.baseAddress else { return nil }
        var index = 0
        while index + length <= place.count, let found = memchr(start + index, 0x0D, place.count - length + 1 - index) {
            index = UnsafeRawPointer(found) - start
            if memcmp(found, text.utf8Start, length) == 0 {
                return (bytes.startIndex + index)..<(bytes.startIndex + index + length)
            }
            index += 1
        }
        return nil
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
