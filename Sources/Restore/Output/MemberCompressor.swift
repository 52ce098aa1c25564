import Gzip

/// Compresses a portion of the output as one gzip member; members stand one behind the other.
final class MemberCompressor {
    private var encoder: GzipEncoder
    private var member: [UInt8] = []
    /// The member made last, kept alive here.
    private(set) var bytes = UnsafeRawBufferPointer(start: nil, count: 0)
    private let room = OutputBuffer()

    /// - Throws: `GzipError` where there is no memory.
    init() throws {
        encoder = try GzipEncoder()
    }

    /// Compresses what `output` holds but its first bytes; nothing gives no member.
    func compress(_ output: OutputBuffer, without skipped: Int) throws {
        let encoded = UnsafeRawBufferPointer(rebasing: output.bytes.dropFirst(skipped))
        room.clear()
        if !encoded.isEmpty {
            member.removeAll(keepingCapacity: true)
            try encoder.appendMember(of: encoded, to: &member)
            member.withUnsafeBytes { room.append($0) }
        }
        bytes = room.bytes
    }

    /// One member of `bytes`, which may be empty.
    func member(of bytes: [UInt8]) throws -> [UInt8] {
        var member: [UInt8] = []
        try bytes.withUnsafeBytes { try encoder.appendMember(of: $0, to: &member) }
        return member
    }
}
