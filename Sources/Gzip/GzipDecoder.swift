import CZlib

/// Reads gzip: one whole member at a time, or any number of them as a stream, with one reusable state.
///
/// Each member's CRC-32 and length are checked at its end. Where libdeflate does not take a member, zlib has the last
/// word.
package struct GzipDecoder: ~Copyable {
    private let stream: UnsafeMutablePointer<z_stream>
    private let libdeflate: (library: Libdeflate, decompressor: Libdeflate.Decompressor)?
    private var isBetweenMembers = true
    /// Whether a member of the stream has been read to its end.
    private var hasMember = false

    /// - Parameters:
    ///   - engine: of whole members.
    ///   - readingZlib: whether a stream may hold members in zlib's format (RFC 1950) as well, told apart by their
    ///     first bytes.
    /// - Throws: ``GzipError/Code/outOfMemory``.
    package init(engine: GzipEngine = .preferred, readingZlib: Bool = false) throws(GzipError) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let status = inflateInit2_(
            stream, 15 + (readingZlib ? 32 : 16), ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else {
            stream.deallocate()
            throw GzipError(.outOfMemory, "zlib could not start to decompress (status \(status))")
        }
        libdeflate = (engine == .libdeflate ? Libdeflate.loaded : nil).flatMap { library in
            library.allocateDecompressor().map { (library, $0) }
        }
    }

    deinit {
        libdeflate?.library.freeDecompressor(libdeflate?.decompressor)
        inflateEnd(stream)
        stream.deinitialize(count: 1)
        stream.deallocate()
    }

    /// Decodes `member`, which must be one whole member and nothing else, of exactly `size` bytes of content.
    ///
    /// `content` is replaced; its capacity is reused from call to call.
    ///
    /// - Throws: ``GzipError/Code/corrupt`` where the checksum fails or the content is shorter or longer than `size`,
    ///   ``GzipError/Code/truncated`` where the input ends early.
    package mutating func decodeMember(
        _ member: UnsafeRawBufferPointer, size: Int, into content: inout [UInt8]
    ) throws(GzipError) {
        guard size >= 0, size <= Int(UInt32.max), member.count <= Int(UInt32.max) else {
            throw GzipError(.tooLarge, "a gzip member holds less than 4 GiB, not \(size) bytes")
        }
        // Deflate cannot shrink further than 1032 to 1, so a larger claim is false and must not cost memory.
        guard size <= max(member.count, 64) * 1032 else {
            throw GzipError(.corrupt, "\(member.count) bytes of gzip cannot hold \(size) bytes")
        }
        inflateReset(stream)
        isBetweenMembers = true
        // One byte more than promised, so that a longer content shows.
        let capacity = size + 1
        content.setCount(capacity)
        if content.withUnsafeMutableBytes({ decodeAtOnce(member, size: size, into: $0) }) {
            content.removeLast()
            return
        }
        let status = content.withUnsafeMutableBufferPointer { buffer in
            stream.pointee.next_in = UnsafeMutablePointer(
                mutating: member.baseAddress?.assumingMemoryBound(to: UInt8.self))
            stream.pointee.avail_in = UInt32(member.count)
            stream.pointee.next_out = buffer.baseAddress
            stream.pointee.avail_out = UInt32(capacity)
            return inflate(stream, Z_FINISH)
        }
        let produced = capacity - Int(stream.pointee.avail_out)
        let left = Int(stream.pointee.avail_in)
        content.removeLast(capacity - min(produced, size))
        guard status == Z_STREAM_END else {
            if produced > size { throw GzipError(.corrupt, "the member holds more than \(size) bytes") }
            throw left == 0 && status == Z_BUF_ERROR
                ? GzipError(.truncated, "the gzip member ends early")
                : GzipError(.corrupt, "the gzip member is damaged\(reason)")
        }
        guard produced == size, left == 0 else {
            throw GzipError(.corrupt, "the member holds \(produced) bytes, not \(size), and \(left) follow it")
        }
    }

    /// Whether `member` is one sound member of `size` bytes, by libdeflate. It does not tell what is wrong with others.
    private func decodeAtOnce(
        _ member: UnsafeRawBufferPointer, size: Int, into buffer: UnsafeMutableRawBufferPointer
    ) -> Bool {
        guard let (library, decompressor) = libdeflate else { return false }
        var (consumed, produced) = (0, 0)
        let status = library.gzipDecompress(
            decompressor, member.baseAddress, member.count, buffer.baseAddress, buffer.count, &consumed, &produced)
        return status == 0 && consumed == member.count && produced == size
    }

    /// Decodes the member that `input` begins with, whatever follows it: for files of which nothing else is known.
    ///
    /// - Parameters:
    ///   - limit: the most bytes of content that are taken.
    ///   - content: replaced; of use only where nothing is thrown.
    /// - Returns: the member's length.
    /// - Throws: ``GzipError/Code/truncated`` where the input ends within the member, ``GzipError/Code/corrupt``, and
    ///   ``GzipError/Code/tooLarge`` above `limit`.
    package mutating func decodeLeadingMember(
        _ input: UnsafeRawBufferPointer, limit: Int, into content: inout [UInt8]
    ) throws(GzipError) -> Int {
        inflateReset(stream)
        isBetweenMembers = true
        content.removeAll(keepingCapacity: true)
        let chunk = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 256 << 10)
        defer { chunk.deallocate() }
        stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
        stream.pointee.avail_in = UInt32(clamping: input.count)
        while true {
            stream.pointee.next_out = chunk.baseAddress
            stream.pointee.avail_out = UInt32(chunk.count)
            let status = inflate(stream, Z_NO_FLUSH)
            let produced = chunk.count - Int(stream.pointee.avail_out)
            guard content.count + produced <= limit else {
                throw GzipError(.tooLarge, "the member holds more than \(limit) bytes")
            }
            content.append(contentsOf: chunk[..<produced])
            if status == Z_STREAM_END { return input.count - Int(stream.pointee.avail_in) }
            guard status == Z_OK || status == Z_BUF_ERROR else {
                throw GzipError(.corrupt, "the gzip member is damaged\(reason)")
            }
            if stream.pointee.avail_in == 0, produced < chunk.count {
                throw GzipError(.truncated, "the gzip member ends early")
            }
        }
    }

    /// Begins a member that is read by ``step(_:into:)``.
    package mutating func beginMember() {
        inflateReset(stream)
        isBetweenMembers = true
    }

    /// Decompresses as much of a member as there is input and room for.
    ///
    /// - Parameters:
    ///   - input: the member's next bytes, at most 1 GiB of them.
    ///   - output: room for content, at most 1 GiB.
    /// - Returns: how much was consumed and produced, and whether the member ended, its CRC and length checked.
    /// - Throws: ``GzipError/Code/corrupt``.
    package mutating func step(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) throws(GzipError) -> (consumed: Int, produced: Int, isEnd: Bool) {
        let (most, room) = (UInt32(min(input.count, 1 << 30)), UInt32(min(output.count, 1 << 30)))
        stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
        stream.pointee.avail_in = most
        stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_out = room
        let status = inflate(stream, Z_NO_FLUSH)
        guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else {
            throw GzipError(.corrupt, "the gzip member is damaged\(reason)")
        }
        return (
            Int(most - stream.pointee.avail_in), Int(room - stream.pointee.avail_out), status == Z_STREAM_END
        )
    }

    /// Feeds the next bytes of a stream of members; `body` is called with each run of content, at most 256 KiB long.
    ///
    /// - Throws: ``GzipError/Code/corrupt``, ``GzipError/Code/trailing``, and whatever `body` throws. After an error
    ///   the decoder is spent.
    package mutating func feed(
        _ input: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        let capacity = 256 << 10
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 16)
        defer { buffer.deallocate() }
        var rest = input[...]
        while !rest.isEmpty || stream.pointee.avail_out == 0 {
            if isBetweenMembers {
                guard !rest.isEmpty else { break }
                inflateReset(stream)
                isBetweenMembers = false
            }
            let chunk = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
            stream.pointee.next_in = UnsafeMutablePointer(
                mutating: chunk.baseAddress?.assumingMemoryBound(to: UInt8.self))
            stream.pointee.avail_in = UInt32(chunk.count)
            stream.pointee.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
            stream.pointee.avail_out = UInt32(capacity)
            let status = inflate(stream, Z_NO_FLUSH)
            rest = rest.dropFirst(chunk.count - Int(stream.pointee.avail_in))
            let produced = capacity - Int(stream.pointee.avail_out)
            if produced > 0 { try body(UnsafeRawBufferPointer(rebasing: buffer[..<produced])) }
            if status == Z_STREAM_END {
                isBetweenMembers = true
                hasMember = true
                stream.pointee.avail_out = 1
            } else if status == Z_BUF_ERROR {
                break
            } else if status == Z_DATA_ERROR, hasMember, stream.pointee.total_out == 0, stream.pointee.total_in < 10 {
                // Not even a member's header, which is of ten bytes.
                throw GzipError(.trailing, "what follows the last gzip member is none\(reason)")
            } else if status != Z_OK {
                throw GzipError(.corrupt, "the gzip stream is damaged\(reason)")
            }
        }
    }

    /// Says that the stream fed so far is all there is.
    ///
    /// - Throws: ``GzipError/Code/truncated`` where it ends within a member, ``GzipError/Code/trailing`` where it ends
    ///   with a byte that begins none.
    package func finish() throws(GzipError) {
        guard isBetweenMembers || !hasMember || stream.pointee.total_in > 1 else {
            throw GzipError(.trailing, "a byte follows the last gzip member")
        }
        guard isBetweenMembers else { throw GzipError(.truncated, "the gzip stream ends within a member") }
    }

    private var reason: String {
        stream.pointee.msg.map { ": " + String(cString: $0) } ?? ""
    }
}

extension [UInt8] {
    /// Drops elements from the end, or adds zeros.
    package mutating func setCount(_ count: Int) {
        if self.count > count {
            removeLast(self.count - count)
        } else {
            // As appending reserves: what grows little by little is not moved each time.
            if count > capacity { reserveCapacity(Swift.max(count, 2 * capacity)) }
            while self.count < count { append(contentsOf: zeros.prefix(count - self.count)) }
        }
    }
}

/// Appended in pieces, and not one by one, which without optimisation takes most of the time of reading.
private let zeros = [UInt8](repeating: 0, count: 64 << 10)
