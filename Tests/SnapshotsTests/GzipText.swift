import Gzip

/// Decompresses whole archives in tests.
struct GzipText {
    init() throws {}

    mutating func read(_ bytes: [UInt8], into text: inout [UInt8]) throws {
        var decoder = try GzipDecoder()
        var out: [UInt8] = []
        try bytes.withUnsafeBytes { try decoder.feed($0) { out.append(contentsOf: $0) } }
        try decoder.finish()
        text += out
    }
}
