import Gzip
import Synchronization

/// Decompresses members of archives with one reusable state and buffers. One decoder serves one task at a time.
///
/// Unchecked, for it is handed from task to task and never to two at once.
package final class MemberDecoder: @unchecked Sendable {
    private var decoder: GzipDecoder
    fileprivate(set) var compressed: [UInt8] = []
    private(set) var content: [UInt8] = []

    /// - Throws: `GzipError` where there is no memory.
    package init() throws {
        decoder = try GzipDecoder()
    }

    /// Fills the buffer of compressed bytes by `fill`, which gives the number of bytes read.
    func read(
        _ count: Int, _ fill: (UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int
    ) throws(ArchiveError) -> Int {
        compressed.setCount(count)
        var result: Result<Int, ArchiveError> = .success(0)
        compressed.withUnsafeMutableBytes { buffer in
            do throws(ArchiveError) { result = .success(try fill(buffer)) } catch { result = .failure(error) }
        }
        return try result.get()
    }

    /// Decompresses what was read as one member of exactly `size` bytes of content.
    func decode(size: Int) throws(GzipError) {
        var failure: GzipError?
        compressed.withUnsafeBytes { bytes in
            do throws(GzipError) {
                try decoder.decodeMember(bytes, size: size, into: &content)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
    }
}

/// Lends decoders to those who read archives at once, so that each is reused and no two wait for one.
final class DecoderPool: Sendable {
    private let idle = Mutex<[MemberDecoder]>([])

    func withDecoder<Result>(_ body: (MemberDecoder) throws -> Result) throws -> Result {
        let decoder = try idle.withLock { $0.popLast() } ?? MemberDecoder()
        defer { idle.withLock { $0.append(decoder) } }
        return try body(decoder)
    }
}
