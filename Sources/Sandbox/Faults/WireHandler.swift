import NIOCore
import ServiceLifecycle

/// Stands next to the socket, where answers are bytes: what the HTTP layers above insist on can be undone there, and
/// what has really left be told from what waits.
final class WireHandler: ChannelOutboundHandler {
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    /// How the next answer is changed.
    struct Edit: Sendable {
        /// What `Date` says instead.
        var date: String?
        /// Whether no length is announced: the body ends with the connection.
        var dropsLength = false
        /// Whether it is announced that the connection closes after the answer.
        var closes = false
    }

    /// Sent down the pipeline, to be answered once everything written before has left.
    enum Event: Sendable {
        case writesHaveLeft
        /// Closes the connection then.
        case closeAfterWrites
    }

    private var edit: Edit?

    private init(_ edit: Edit) {
        self.edit = edit
    }

    /// Has the next answer on `channel` changed, which must be written after this returned, and its events answered.
    static func install(_ edit: Edit, on channel: any Channel) async throws {
        try await channel.eventLoop.submit {
            let pipeline = channel.pipeline.syncOperations
            if let handler = try? pipeline.handler(type: WireHandler.self) {
                handler.edit = edit
            } else {
                try pipeline.addHandler(WireHandler(edit), position: .first)
            }
        }.get()
    }

    /// Waits until everything written before has left. A server that stops does not wait for a client that does not
    /// read: it closes the connection.
    ///
    /// - Throws: where the connection closes before.
    static func wait(for event: Event, on channel: any Channel) async throws {
        try await withTaskCancellationHandler {
            try await withGracefulShutdownHandler {
                try await channel.triggerUserOutboundEvent(event).get()
            } onGracefulShutdown: {
                channel.close(promise: nil)
            }
        } onCancel: {
            channel.close(promise: nil)
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard let edit, case .byteBuffer(let buffer) = unwrapOutboundIn(data), let head = edit.applied(to: buffer)
        else {
            context.write(data, promise: promise)
            return
        }
        self.edit = nil
        context.write(wrapOutboundOut(.byteBuffer(head)), promise: promise)
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard let event = event as? Event else {
            context.triggerUserOutboundEvent(event, promise: promise)
            return
        }
        // Writes finish in order: after an empty one, all before it have left.
        let empty = wrapOutboundOut(.byteBuffer(ByteBuffer()))
        switch event {
        case .writesHaveLeft: context.writeAndFlush(empty, promise: promise)
        case .closeAfterWrites:
            let written = context.eventLoop.makePromise(of: Void.self)
            let channel = context.channel
            written.futureResult.whenComplete { _ in channel.close(promise: promise) }
            context.writeAndFlush(empty, promise: written)
        }
    }
}

extension WireHandler.Edit {
    /// An answer's head with its lines changed, and what follows it; nil where the bytes are no head.
    fileprivate func applied(to buffer: ByteBuffer) -> ByteBuffer? {
        let bytes = buffer.readableBytesView
        guard bytes.starts(with: "HTTP/1.".utf8), let end = bytes.firstRange(of: "\r\n\r\n".utf8) else { return nil }
        var lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n" as Character)
        func replace(_ name: String, with value: String?) {
            lines.removeAll { $0.lowercased().hasPrefix("\(name.lowercased()):") }
            if let value { lines.append("\(name): \(value)") }
        }
        if let date { replace("Date", with: date) }
        if dropsLength { replace("Content-Length", with: nil) }
        if closes { replace("Connection", with: "close") }
        var edited = ByteBuffer(string: lines.joined(separator: "\r\n") + "\r\n\r\n")
        edited.writeBytes(bytes[end.upperBound...])
        return edited
    }
}
