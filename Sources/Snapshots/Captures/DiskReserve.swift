import Archive

/// Some megabytes of a vault's disk that are held while rows arrive that the server gives only once: where the disk
/// fills up meanwhile, they are given back, and the rows in hand can still be written.
///
/// Making it also shows, before the first row is asked for, that the vault can be written at all.
struct DiskReserve: Sendable {
    let path: String
    let files: any Files

    static let bytes = 4 << 20

    /// - Throws: ``Archive/ArchiveError/Code/cannotWrite``.
    func take() throws {
        // Not zeros: some file systems store those in no room at all.
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15
        var chunk: [UInt8] = []
        while chunk.count < 1 << 14 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            withUnsafeBytes(of: state) { chunk.append(contentsOf: $0) }
        }
        while chunk.count < 1 << 20 { chunk += chunk }
        let writer = try files.create(path)
        for _ in 0..<(Self.bytes / chunk.count) { try writer.write(all: chunk) }
        try writer.synchronize()
        try writer.close()
    }

    /// Gives it back, as far as that can be done.
    func release() {
        try? files.remove(path)
    }
}
