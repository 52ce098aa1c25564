import Gzip

/// Gzip: the same content or the same refusal, however the bytes arrive, and never more content than deflate can hold.
enum GzipFuzz: FuzzTarget {
    static let name = "gzip"

    static var corpus: [[UInt8]] {
        get throws {
            var encoder = try GzipEncoder()
            let texts = ["", "a", "{\"a\":\"1\"}\n", String(repeating: "{\"key\":\"value\"}\n", count: 300)]
            var members = try texts.map { text in
                var member: [UInt8] = []
                try Array(text.utf8).withUnsafeBytes { try encoder.appendMember(of: $0, to: &member) }
                return member
            }
            members.append(members[1] + members[3] + members[0] + members[2])
            // A header with every optional part: extra field, name, comment, checksum of the header left out.
            members.append(
                [0x1F, 0x8B, 8, 0x1C, 0, 0, 0, 0, 0, 3, 2, 0, 0x61, 0x62, 0x6E, 0, 0x63, 0] + members[1][10...])
            return members
        }
    }

    static let words = ["\u{1F}", "\u{8}", "\u{3}\0", "\u{1}\0\0", "\0\0\0\0", "\u{4}", "\u{2}", "\u{10}"]

    static func check(_ input: [UInt8]) throws -> Bool {
        let whole = try read(input, inPiecesOf: input.count + 1)
        for size in [1, 7, 1 + input.count / 3] where size < 2 || input.count / size < 20_000 {
            guard try read(input, inPiecesOf: size) == whole else {
                throw Finding("pieces of \(size) bytes read otherwise")
            }
        }
        guard whole.count <= input.count * 1032 + 1032 else { throw Finding("\(whole.count) bytes of content") }
        for size in [whole.count, whole.count + 1, 0, 70_000] where size < 1 << 20 {
            let byZlib = try readMember(input, size: size, by: .zlib)
            for engine in GzipEngine.available where engine != .zlib {
                // Of a header's own checksum zlib alone takes notice: others may take more, never less, never another.
                let content = try readMember(input, size: size, by: engine)
                guard byZlib == nil || content == byZlib else { throw Finding("\(engine) reads another content") }
            }
        }
        return whole.error == nil
    }

    private struct Reading: Equatable {
        var count = 0
        var sum: UInt64 = 0xCBF2_9CE4_8422_2325
        var error: GzipError.Code?
    }

    private static func read(_ input: [UInt8], inPiecesOf size: Int) throws -> Reading {
        var decoder = try GzipDecoder()
        var reading = Reading()
        do {
            try input.withUnsafeBytes { bytes in
                for start in stride(from: 0, to: bytes.count, by: size) {
                    let piece = UnsafeRawBufferPointer(rebasing: bytes[start..<min(bytes.count, start + size)])
                    try decoder.feed(piece) { run in
                        reading.count += run.count
                        for byte in run { reading.sum = (reading.sum ^ UInt64(byte)) &* 0x100_0000_01B3 }
                    }
                }
            }
            try decoder.finish()
        } catch let error as GzipError {
            // How much came before the damage was seen depends on the pieces; that it was seen does not.
            reading = Reading(count: 0, sum: 0, error: error.code)
        }
        return reading
    }

    /// Gives nil where it is refused.
    private static func readMember(_ input: [UInt8], size: Int, by engine: GzipEngine) throws -> [UInt8]? {
        var decoder = try GzipDecoder(engine: engine)
        var content: [UInt8] = [1, 2, 3]
        do throws(GzipError) {
            try input.withUnsafeBytes { bytes in
                Result { () throws(GzipError) in try decoder.decodeMember(bytes, size: size, into: &content) }
            }.get()
        } catch {
            return nil
        }
        guard content.count == size else { throw Finding("\(content.count) bytes where \(size) were promised") }
        return content
    }
}
