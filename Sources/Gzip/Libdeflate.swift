#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// libdeflate's calls for whole members, where the machine has the library.
///
/// It is loaded at run time: nothing must be installed to build or to run without it, and one binary serves both kinds
/// of machine. The declarations are those of libdeflate.h, whose binary interface has kept its version since 1.0.
struct Libdeflate: Sendable {
    typealias Compressor = OpaquePointer
    typealias Decompressor = OpaquePointer

    let allocateCompressor: @convention(c) (_ level: Int32) -> Compressor?
    let freeCompressor: @convention(c) (Compressor?) -> Void
    let gzipCompressBound: @convention(c) (Compressor?, _ count: Int) -> Int
    /// Gives the number of bytes written; 0 where they do not fit.
    let gzipCompress:
        @convention(c) (
            Compressor?, UnsafeRawPointer?, _ count: Int, UnsafeMutableRawPointer?, _ capacity: Int
        ) -> Int
    let allocateDecompressor: @convention(c) () -> Decompressor?
    let freeDecompressor: @convention(c) (Decompressor?) -> Void
    /// Decodes the first member of what is given; gives 0 where its checksum and length hold.
    let gzipDecompress:
        @convention(c) (
            Decompressor?, UnsafeRawPointer?, _ count: Int, UnsafeMutableRawPointer?, _ capacity: Int,
            _ consumed: UnsafeMutablePointer<Int>?, _ produced: UnsafeMutablePointer<Int>?
        ) -> Int32

    /// Nil where the library is not installed, or left aside by the environment.
    static let loaded = getenv("OCTOVAULT_GZIP").map { strcmp($0, "zlib") } == 0 ? nil : try? Libdeflate()

    private struct NotFound: Error {}

    private init() throws {
        let names = ["libdeflate.so.0", "libdeflate.0.dylib"]
        // Never closed: its functions are in use until the process ends.
        let library = names.lazy.compactMap { dlopen($0, RTLD_NOW | RTLD_LOCAL) }.first
        func function<Function>(_ name: String) throws -> Function {
            guard let library, let symbol = dlsym(library, "libdeflate_" + name) else { throw NotFound() }
            return unsafeBitCast(symbol, to: Function.self)
        }
        allocateCompressor = try function("alloc_compressor")
        freeCompressor = try function("free_compressor")
        gzipCompressBound = try function("gzip_compress_bound")
        gzipCompress = try function("gzip_compress")
        allocateDecompressor = try function("alloc_decompressor")
        freeDecompressor = try function("free_decompressor")
        gzipDecompress = try function("gzip_decompress_ex")
    }
}
