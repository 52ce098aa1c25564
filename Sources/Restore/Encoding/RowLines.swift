#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The lines of NDJSON.
enum RowLines {
    /// Calls `body` with each line, without its newline. A last line that is not ended is a line too.
    @inline(__always)
    static func forEach(in ndjson: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> Void) rethrows {
        guard let base = ndjson.baseAddress else { return }
        var start = 0
        while start < ndjson.count {
            let newline = memchr(base + start, 0x0A, ndjson.count - start)
            let end = newline.map { UnsafeRawPointer($0) - base } ?? ndjson.count
            try body(UnsafeRawBufferPointer(start: base + start, count: end - start))
            start = end + 1
        }
    }
}
