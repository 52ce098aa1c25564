import CZlib

/// Compresses blocks of bytes into gzip members, one block a member, with one reusable state.
///
/// The header carries no name and no time, so that equal bytes give equal members, as long as the engine is the same.
package struct GzipEncoder: ~Copyable {
    private enum Engine {
        case zlib(UnsafeMutablePointer<z_stream>)
        case libdeflate(Libdeflate, Libdeflate.Compressor)
    }

    private let engine: Engine

    /// - Parameters:
    ///   - level: 1 (fastest) to 9 (smallest), on zlib's scale.
    ///   - engine: zlib takes its place where it is not ``GzipEngine/available``.
    /// - Throws: ``GzipError/Code/outOfMemory``.
    package init(level: Int = 6, engine: GzipEngine = .preferred) throws(GzipError) {
        precondition((1...9).contains(level), "the levels are 1 to 9")
        if engine == .libdeflate, let library = Libdeflate.loaded {
            guard let compressor = library.allocateCompressor(Int32(level)) else {
                throw GzipError(.outOfMemory, "libdeflate could not start to compress")
            }
            self.engine = .libdeflate(library, compressor)
            return
        }
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let status = deflateInit2_(
            stream, Int32(level), Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else {
            stream.deallocate()
            throw GzipError(.outOfMemory, "zlib could not start to compress (status \(status))")
        }
        self.engine = .zlib(stream)
    }

    deinit {
        switch engine {
        case .zlib(let stream):
            deflateEnd(stream)
            stream.deinitialize(count: 1)
            stream.deallocate()
        case .libdeflate(let library, let compressor):
            library.freeCompressor(compressor)
        }
    }

    /// Appends `input` to `output` as one whole member. An empty input gives a member of its own.
    ///
    /// - Complexity: O(*n*); no memory is kept but the engine's, less than 2 MiB.
    package mutating func appendMember(of input: UnsafeRawBufferPointer, to output: inout [UInt8]) throws(GzipError) {
        guard input.count <= Int(UInt32.max) - 1024 else {
            throw GzipError(.tooLarge, "a gzip member holds less than 4 GiB, not \(input.count) bytes")
        }
        let bound = start(input.count)
        let member = [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
            count = compress(input, into: UnsafeMutableRawBufferPointer(buffer))
        }
        guard !member.isEmpty else { throw GzipError(.corrupt, "a member could not be finished") }
        output.append(contentsOf: member)
    }

    /// Makes ready for a member of `count` bytes, and gives the most bytes that it may take.
    private func start(_ count: Int) -> Int {
        switch engine {
        case .zlib(let stream):
            deflateReset(stream)
            return Int(deflateBound(stream, UInt(count)))
        case .libdeflate(let library, let compressor):
            return library.gzipCompressBound(compressor, count)
        }
    }

    /// Gives the member's length; 0 where it does not fit.
    private func compress(_ input: UnsafeRawBufferPointer, into buffer: UnsafeMutableRawBufferPointer) -> Int {
        switch engine {
        case .zlib(let stream):
            stream.pointee.next_in = UnsafeMutablePointer(
                mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
            stream.pointee.avail_in = UInt32(input.count)
            stream.pointee.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
            stream.pointee.avail_out = UInt32(buffer.count)
            let status = deflate(stream, Z_FINISH)
            return status == Z_STREAM_END ? buffer.count - Int(stream.pointee.avail_out) : 0
        case .libdeflate(let library, let compressor):
            return library.gzipCompress(compressor, input.baseAddress, input.count, buffer.baseAddress, buffer.count)
        }
    }
}
