import Gzip
package import RowJSON
import Synchronization

/// Compresses blocks of rows, one block a gzip member, and decompresses what it made to see that it is sound.
///
/// One encoder serves one worker: it holds states of its own and buffers, and callers on several threads take turns.
package final class MemberEncoder: Sendable {
    private struct State: ~Copyable {
        var encoder: GzipEncoder
        var decoder: GzipDecoder
        var content: [UInt8] = []
    }

    private let state: Mutex<State>

    /// - Parameter level: 1 (fastest) to 9 (smallest), on zlib's scale.
    /// - Throws: `GzipError` where there is no memory.
    package init(level: Int = 6) throws {
        state = Mutex(State(encoder: try GzipEncoder(level: level), decoder: try GzipDecoder()))
    }

    /// Makes one member of all rows in `block`. Equal blocks give equal bytes.
    ///
    /// - Parameter hashes: whether to hand back each row's hash, 32 bytes a row.
    /// - Throws: ``ArchiveError/Code/memberTooLarge`` above 256 MiB of rows; `RowJSONError` where a row is no JSON
    ///   object; ``ArchiveError/Code/inconsistent`` where the member does not decompress to the rows: a fault of memory
    ///   or processor, or a bug.
    /// - Complexity: O(*n*).
    package func encode(_ block: RowBlock, hashes: Bool = false) throws -> EncodedMember {
        guard block.bytes.count <= ArchiveMember.maximumUncompressedBytes else {
            throw ArchiveError(
                .memberTooLarge,
                "a block of \(block.count) rows has \(block.bytes.count) bytes, and a member at most"
                    + " \(ArchiveMember.maximumUncompressedBytes)", hint: "use a smaller page size")
        }
        var member = EncodedMember(
            bytes: [], uncompressedBytes: block.bytes.count, rows: block.count, digest: RowsDigest(), columns: [])
        if hashes { member.rowHashes.reserveCapacity(block.count) }
        let common = block.isEmpty ? nil : block.commonColumns
        var columns = ColumnCollector()
        try block.forEachRow { row in
            let hash = RowHash(of: row)
            member.digest.add(hash)
            if hashes { member.rowHashes.append(hash) }
            if common == nil { try columns.observe(row) }
        }
        member.columns = common ?? columns.names
        try compress(block, into: &member)
        return member
    }

    private func compress(_ block: RowBlock, into member: inout EncodedMember) throws {
        try state.withLock { state in
            try block.bytes.withUnsafeBytes { try state.encoder.appendMember(of: $0, to: &member.bytes) }
            do throws(GzipError) {
                try decode(member, with: &state)
            } catch {
                throw Self.unsound("the member just made is no sound gzip", cause: error)
            }
            guard RawBytes.areEqual(state.content, block.bytes), NewLines.count(in: state.content) == block.count else {
                throw Self.unsound("the member just made does not hold its \(block.count) rows", cause: nil)
            }
            // A rare block of hundreds of megabytes must not be held on to.
            if state.content.capacity > 32 << 20 { state.content = [] }
        }
    }

    private func decode(_ member: EncodedMember, with state: inout State) throws(GzipError) {
        var failure: GzipError?
        member.bytes.withUnsafeBytes { bytes in
            do throws(GzipError) {
                try state.decoder.decodeMember(bytes, size: member.uncompressedBytes, into: &state.content)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
    }

    private static func unsound(_ message: String, cause: (any Error)?) -> ArchiveError {
        ArchiveError(
            .inconsistent, message, hint: "run the command again; if it repeats, test the memory", cause: cause)
    }
}
