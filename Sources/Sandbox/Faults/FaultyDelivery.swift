import Hummingbird
import NIOCore
import NIOPosix
import ServiceLifecycle

/// Sends a body over a connection in one of the ways in which networks fail.
struct FaultyDelivery: Sendable {
    let fault: Fault
    let channel: any Channel
    /// Free again just before the last piece of a slow body leaves, so that a client that then asks anew is not one too
    /// many.
    let slot: RequestSlot?
    /// Told of bytes sent beyond the answer's own.
    let onWrite: @Sendable (Int) -> Void

    struct Cut: Error {}

    /// What happens before the request is answered at all.
    ///
    /// - Returns: false where no answer follows, the connection being closed.
    func begin() async -> Bool {
        switch fault.kind {
        case .resetBefore:
            await reset()
            return false
        case .stallBefore:
            await Self.wait(fault.duration, on: channel)
            try? await channel.close()
            return false
        default: return true
        }
    }

    /// Whether the next answer must be followed to the socket.
    var needsWire: Bool { closes || fault.kind == .spacesBomb || fault.kind == .gzipBomb }

    /// Whether the connection closes after the body, or where it breaks off.
    var closes: Bool { fault.kind == .shortBody || fault.kind == .noLength }

    /// Whether the body's end is the connection's.
    var hidesLength: Bool { fault.kind == .noLength }

    /// Whether the body is on its way for a while.
    var isSlow: Bool { fault.kind == .stallWithin || fault.kind == .slowDrip }

    /// A body that is sent as the fault has it; nil where it is sent as usual.
    func body(_ bytes: ByteBuffer) -> ResponseBody? {
        let half = bytes.getSlice(at: bytes.readerIndex, length: bytes.readableBytes / 2) ?? bytes
        let length = bytes.readableBytes
        switch fault.kind {
        case .resetWithin:
            return ResponseBody(contentLength: length) { writer in
                try await writer.write(half)
                await reset()
                throw Cut()
            }
        case .shortBody: return closing(after: half, announcing: length)
        case .noLength: return closing(after: bytes, announcing: length)
        case .stallWithin: return inPieces(of: max(1, length / 2 + length % 2), bytes, every: fault.duration)
        case .slowDrip: return inPieces(of: max(1, length / 100), bytes, every: fault.duration / 100)
        case .chunked:
            return ResponseBody { writer in
                try await writer.write(bytes)
                try await writer.finish(nil)
            }
        case .spacesBomb: return Bomb(channel: channel, onWrite: onWrite).spaces(fault.quantity, before: bytes)
        case .gzipBomb: return Bomb(channel: channel, onWrite: onWrite).gzip(holding: fault.quantity)
        default: return nil
        }
    }

    private func closing(after bytes: ByteBuffer, announcing length: Int) -> ResponseBody {
        ResponseBody(contentLength: length) { writer in
            try await writer.write(bytes)
            try await WireHandler.wait(for: .closeAfterWrites, on: channel)
            throw Cut()
        }
    }

    private func inPieces(of size: Int, _ bytes: ByteBuffer, every pause: Double) -> ResponseBody {
        ResponseBody(contentLength: bytes.readableBytes) { writer in
            var rest = bytes
            while let piece = rest.readSlice(length: min(size, rest.readableBytes)),
                piece.readableBytes > 0
            {
                if rest.readableBytes == 0 { slot?.release() }
                try await writer.write(piece)
                if rest.readableBytes > 0 { await Self.wait(pause, on: channel) }
            }
            try await writer.finish(nil)
        }
    }

    /// Closes the connection so that the other side sees a reset: with no lingering, the kernel sends RST.
    private func reset() async {
        if let options = channel as? any SocketOptionProvider {
            try? await options.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
        }
        try? await channel.close()
    }

    /// Waits, unless the other side leaves or the server stops.
    static func wait(_ seconds: Double, on channel: any Channel) async {
        let end = ContinuousClock.now + .seconds(seconds)
        while channel.isActive, ContinuousClock.now < end, !Task.isCancelled, !Task.isShuttingDownGracefully {
            try? await Task.sleep(for: min(.milliseconds(50), end - ContinuousClock.now))
        }
    }
}
