import NIOCore

/// Changes one answer next to the socket, where it is bytes: what the HTTP layers above insist on can be undone there.
final class WireHandler: ChannelOutboundHandler, RemovableChannelHandler {
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    /// How the next answer is changed.
    struct Edit: Sendable {
        /// What `Date` says instead.
        var date: String?
        /// Whether no length is announced: the body ends with the connection.
        var dropsLength = false
        /// Whether ``CloseAfterWrites`` will be sent.
        var closes = false

        /// Whether there is nothing to change.
        var isNone: Bool { date == nil && !dropsLength && !closes }
    }

    /// Sent down the pipeline: closes the connection once everything written before has left.
    struct CloseAfterWrites: Sendable {}

    private let edit: Edit
    private var isDone = false

    private init(_ edit: Edit) {
        self.edit = edit
    }

    /// Has the next answer on `channel` changed; it must be written after this returned.
    static func install(_ edit: Edit, on channel: any Channel) async throws {
        try await channel.eventLoop.submit {
            try channel.pipeline.syncOperations.addHandler(WireHandler(edit), position: .first)
        }.get()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard !isDone, case .byteBuffer(let buffer) = unwrapOutboundIn(data), let head = edit.applied(to: buffer) else {
            context.write(data, promise: promise)
            return
        }
        isDone = true
        context.write(wrapOutboundOut(.byteBuffer(head)), promise: promise)
        if !edit.closes { context.pipeline.syncOperations.removeHandler(context: context, promise: nil) }
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard event is CloseAfterWrites else {
            context.triggerUserOutboundEvent(event, promise: promise)
            return
        }
        // Writes finish in order: after an empty one, all before it have left.
        let written = context.eventLoop.makePromise(of: Void.self)
        let channel = context.channel
        written.futureResult.whenComplete { _ in channel.close(promise: promise) }
        context.writeAndFlush(wrapOutboundOut(.byteBuffer(ByteBuffer())), promise: written)
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
