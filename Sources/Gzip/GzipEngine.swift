import CZlib

/// What compresses and decompresses whole members. Streams of members are always zlib's.
///
/// Each reads what the other wrote. At equal levels the sizes are alike, the bytes are not.
package enum GzipEngine: String, Sendable {
    /// The system's zlib, which is always there.
    case zlib
    /// libdeflate, where it is installed: at level 6 it took 0.4 of zlib's time to compress rows of flights, and 0.1 to
    /// decompress them (version 1.14 beside zlib 1.2.13).
    case libdeflate

    /// Those that this machine has, the fastest last; zlib alone where the environment's `OCTOVAULT_GZIP` is `zlib`.
    package static let available: [GzipEngine] = Libdeflate.loaded == nil ? [.zlib] : [.zlib, .libdeflate]

    /// The fastest of those.
    package static let preferred = available.last ?? .zlib

    /// The version of the zlib that is loaded.
    package static var zlibVersion: String { String(cString: CZlib.zlibVersion()) }
}
