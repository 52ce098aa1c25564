#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif

/// libdeflate's calls for whole members, where the machine has the library.
///
/// It is loaded at run time: nothing must be installed to build or to run without it, and one binary serves both kinds of
/// machine. The declarations are those of libdeflate.h, whose binary interface has kept its version since 1.0.
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
    static let loaded = getenv("OCTOVAULT_GZIP").map { strcmp($0, "zlib") } == 0 ? nil : Libdeflate()

    private init?() {
        let names = ["libdeflate.so.0", "libdeflate.0.dylib"]
        // Never closed: its functions are in use until the process ends.
        guard let library = names.lazy.compactMap({ dlopen($0, RTLD_NOW | RTLD_LOCAL) }).first else { return nil }
        func function<Function>(_ name: String, _ type: Function.Type) -> Function? {
            dlsym(library, name).map { unsafeBitCast($0, to: type) }
        }
        guard
            let allocateCompressor = function(
                "libdeflate_alloc_compressor", (@convention(c) (Int32) -> Compressor?).self),
            let freeCompressor = function(
                "libdeflate_free_compressor", (@convention(c) (Compressor?) -> Void).self),
            let gzipCompressBound = function(
                "libdeflate_gzip_compress_bound", (@convention(c) (Compressor?, Int) -> Int).self),
            let gzipCompress = function(
                "libdeflate_gzip_compress",
                (@convention(c) (Compressor?, UnsafeRawPointer?, Int, UnsafeMutableRawPointer?, Int) -> Int).self),
            let allocateDecompressor = function(
                "libdeflate_alloc_decompressor", (@convention(c) () -> Decompressor?).self),
            let freeDecompressor = function(
                "libdeflate_free_decompressor", (@convention(c) (Decompressor?) -> Void).self),
            let gzipDecompress = function(
                "libdeflate_gzip_decompress_ex",
                (@convention(c) (
                    Decompressor?, UnsafeRawPointer?, Int, UnsafeMutableRawPointer?, Int, UnsafeMutablePointer<Int>?,
                    UnsafeMutablePointer<Int>?
                ) -> Int32).self)
        else { return nil }
        self.allocateCompressor = allocateCompressor
        self.freeCompressor = freeCompressor
        self.gzipCompressBound = gzipCompressBound
        self.gzipCompress = gzipCompress
        self.allocateDecompressor = allocateDecompressor
        self.freeDecompressor = freeDecompressor
        self.gzipDecompress = gzipDecompress
    }
}
