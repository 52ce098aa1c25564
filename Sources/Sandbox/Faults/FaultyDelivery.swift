import Hummingbird
import NIOCore
import NIOPosix

/// Sends a body over a connection in one of the ways in which networks fail.
struct FaultyDelivery: Sendable {
    let fault: Fault
    let channel: any Channel

    struct Cut: Error {}

    /// The length of time to wait, for the kinds that do.
    private var pause: Double { fault.seconds ?? (fault.kind == .latency ? 0.2 : 30) }

    /// What happens before the request is answered at all.
    ///
    /// - Returns: false where no answer follows, the connection being closed.
    func begin() async -> Bool {
        switch fault.kind {
        case .resetBefore:
            await reset()
            return false
        case .stallBefore:
            await wait(pause)
            try? await channel.close()
            return false
        case .latency:
            await wait(pause)
            return true
        default: return true
        }
    }

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
        case .shortBody:
            return ResponseBody(contentLength: length) { writer in
                try await writer.write(half)
                try await channel.close()
                throw Cut()
            }
        case .stallWithin:
            return inPieces(of: max(1, length / 2 + length % 2), bytes, every: pause)
        case .slowDrip:
            return inPieces(of: max(1, length / 100), bytes, every: pause / 100)
        case .chunked:
            return ResponseBody { writer in
                try await writer.write(bytes)
                try await writer.finish(nil)
            }
        default: return nil
        }
    }

    private func inPieces(of size: Int, _ bytes: ByteBuffer, every pause: Double) -> ResponseBody {
        ResponseBody(contentLength: bytes.readableBytes) { writer in
            var rest = bytes
            while let piece = rest.readSlice(length: min(size, rest.readableBytes)),
                piece.readableBytes > 0
            {
                try await writer.write(piece)
                if rest.readableBytes > 0 { await wait(pause) }
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
    private func wait(_ seconds: Double) async {
        let end = ContinuousClock.now + .seconds(seconds)
        while channel.isActive, ContinuousClock.now < end, !Task.isCancelled {
            try? await Task.sleep(for: min(.milliseconds(50), end - ContinuousClock.now))
        }
    }
}
