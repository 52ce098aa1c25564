internal import CZlib

/// Compresses blocks of bytes into gzip members, one block a member, with one reusable deflate state.
///
/// The header carries no name and no time, so that equal bytes give equal members.
public struct GzipEncoder: ~Copyable {
    private let stream: UnsafeMutablePointer<z_stream>

    /// - Parameter level: zlib's level, 1 (fastest) to 9 (smallest).
    /// - Throws: ``GzipError/Code/outOfMemory``.
    public init(level: Int = 6) throws(GzipError) {
        precondition((1...9).contains(level), "zlib's levels are 1 to 9")
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let status = deflateInit2_(
            stream, Int32(level), Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else {
            stream.deallocate()
            throw GzipError(.outOfMemory, "zlib could not start to compress (status \(status))")
        }
    }

    deinit {
        deflateEnd(stream)
        stream.deinitialize(count: 1)
        stream.deallocate()
    }

    /// Appends `input` to `output` as one whole member. An empty input gives a member of its own.
    ///
    /// - Complexity: O(*n*); no memory is kept but zlib's 256 KiB.
    public mutating func appendMember(of input: UnsafeRawBufferPointer, to output: inout [UInt8]) throws(GzipError) {
        guard input.count <= Int(UInt32.max) - 1024 else {
            throw GzipError(.tooLarge, "a gzip member holds less than 4 GiB, not \(input.count) bytes")
        }
        deflateReset(stream)
        let start = output.count
        let bound = Int(deflateBound(stream, UInt(input.count)))
        output.reserveCapacity(start + bound)
        let member = [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
            stream.pointee.next_in = UnsafeMutablePointer(
                mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
            stream.pointee.avail_in = UInt32(input.count)
            stream.pointee.next_out = buffer.baseAddress
            stream.pointee.avail_out = UInt32(bound)
            let status = deflate(stream, Z_FINISH)
            count = status == Z_STREAM_END ? bound - Int(stream.pointee.avail_out) : 0
        }
        guard !member.isEmpty else { throw GzipError(.corrupt, "zlib did not finish a member") }
        output.append(contentsOf: member)
    }
}
