import Hummingbird
import NIOCore

/// Bodies that are far larger than anybody has memory for. They are sent a piece at a time, each once the one before
/// has left: a client that stops reading stops them.
struct Bomb: Sendable {
    /// With a ``WireHandler``.
    let channel: any Channel
    /// Told how many bytes each piece was, once it has left.
    let onWrite: @Sendable (Int) -> Void

    private static let pieceSize = 256 << 10

    /// So many spaces, which JSON allows, and then the answer.
    func spaces(_ count: Int, before answer: ByteBuffer) -> ResponseBody {
        let piece = ByteBuffer(repeating: Byte.space, count: min(count, Self.pieceSize))
        return ResponseBody(contentLength: count + answer.readableBytes) { writer in
            try await write(count, of: piece, to: &writer)
            try await writer.write(answer)
            try await writer.finish(nil)
        }
    }

    /// One gzip member of so many zeros.
    func gzip(holding size: Int) -> ResponseBody {
        let member = ZeroGzip(holding: size)
        let piece = ByteBuffer(repeating: 0, count: min(member.zeros, Self.pieceSize))
        return ResponseBody(contentLength: member.count) { writer in
            try await writer.write(ByteBuffer(bytes: member.start))
            try await write(member.zeros, of: piece, to: &writer)
            try await writer.write(ByteBuffer(bytes: member.end))
            onWrite(member.start.count + member.end.count)
            try await writer.finish(nil)
        }
    }

    /// Writes `piece` again and again, the last time a part of it, until so many bytes are written.
    private func write(_ count: Int, of piece: ByteBuffer, to writer: inout any ResponseBodyWriter) async throws {
        var left = count
        while left > 0 {
            let next = piece.getSlice(at: piece.readerIndex, length: min(left, piece.readableBytes)) ?? piece
            try await writer.write(next)
            // The layers between hold back no writer before they come to run, by when much may wait.
            try await WireHandler.wait(for: .writesHaveLeft, on: channel)
            onWrite(next.readableBytes)
            left -= next.readableBytes
        }
    }
}
