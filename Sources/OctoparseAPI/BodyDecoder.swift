import Gzip
import NIOCore

/// Collects an answer's body, decompressed where the answer says that it is compressed.
struct BodyDecoder: ~Copyable {
    private var body: [UInt8] = []
    private let limit: Int
    private var decoder: GzipDecoder?

    /// - Parameters:
    ///   - encoding: the `Content-Encoding` header; of others than gzip and deflate the body is taken as it is.
    ///   - length: the `Content-Length` header, of which nothing is taken for granted.
    ///   - limit: the most bytes, after decompression.
    /// - Throws: ``AnswerTooLarge``.
    init(encoding: String?, length: String?, limit: Int) throws {
        self.limit = limit
        switch encoding?.lowercased() {
        case "gzip", "x-gzip", "deflate": decoder = try GzipDecoder(readingZlib: true)
        default: decoder = nil
        }
        guard let length = length.flatMap({ Int($0) }), length > 0 else { return }
        guard length <= limit else { throw AnswerTooLarge() }
        if decoder == nil { body.reserveCapacity(length) }
    }

    /// - Throws: ``AnswerTooLarge``, or `GzipError`.
    mutating func append(_ chunk: ByteBuffer) throws {
        try chunk.withUnsafeReadableBytes { bytes in
            // Empty where the body is not compressed.
            if decoder == nil { return try append(bytes) }
            var taken: [UInt8] = []
            let room = limit - body.count
            try decoder?.feed(bytes) { content in
                guard taken.count + content.count <= room else { throw AnswerTooLarge() }
                taken += content
            }
            body += taken
        }
    }

    private mutating func append(_ bytes: UnsafeRawBufferPointer) throws {
        guard bytes.count <= limit - body.count else { throw AnswerTooLarge() }
        body += bytes
    }

    /// Bytes so far, after decompression.
    var count: Int { body.count }

    /// - Returns: the whole body.
    /// - Throws: `GzipError` where it ends early.
    consuming func finish() throws -> [UInt8] {
        try decoder?.finish()
        return body
    }
}
