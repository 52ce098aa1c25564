import Hummingbird
import NIOCore

/// Bodies that are far larger than anybody has memory for. They are sent a piece at a time, each once the one before has
/// left: a client that stops reading stops them.
enum Bomb {
    private static let pieceSize = 256 << 10

    /// So many spaces, which JSON allows, and then the answer.
    static func spaces(_ count: Int, before answer: ByteBuffer) -> ResponseBody {
        let piece = ByteBuffer(repeating: Byte.space, count: min(count, pieceSize))
        return ResponseBody(contentLength: count + answer.readableBytes) { writer in
            try await write(count, of: piece, to: &writer)
            try await writer.write(answer)
            try await writer.finish(nil)
        }
    }

    /// One gzip member of so many zeros.
    static func gzip(holding size: Int) -> ResponseBody {
        let member = ZeroGzip(holding: size)
        let piece = ByteBuffer(repeating: 0, count: min(member.zeros, pieceSize))
        return ResponseBody(contentLength: member.count) { writer in
            try await writer.write(ByteBuffer(bytes: member.start))
            try await write(member.zeros, of: piece, to: &writer)
            try await writer.write(ByteBuffer(bytes: member.end))
            try await writer.finish(nil)
        }
    }

    /// Writes the start of `piece`, or all of it, until so many bytes are written.
    private static func write(_ count: Int, of piece: ByteBuffer, to writer: inout any ResponseBodyWriter) async throws
    {
        var left = count
        while left > 0 {
            let next = piece.getSlice(at: piece.readerIndex, length: min(left, piece.readableBytes)) ?? piece
            try await writer.write(next)
            left -= next.readableBytes
        }
    }
}
