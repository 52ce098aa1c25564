import Gzip
package import RowJSON

/// Reads one archive by its manifest's facts, a member at a time: memory is bounded by the largest member.
///
/// The file stays open, so that an archive removed meanwhile is still read whole. Any number of tasks may read at once,
/// each with a decoder of its own.
package final class ArchiveReader: Sendable {
    package let path: String
    package let facts: ArchiveFacts
    private let file: any FileReader

    /// Opens the archive and compares its size.
    ///
    /// - Parameter facts: from a manifest that was decoded, which bounds every size in them.
    /// - Throws: ``ArchiveError/Code/archiveMissing``, ``ArchiveError/Code/archiveSize``,
    ///   ``ArchiveError/Code/archiveUnreadable``.
    package init(path: String, facts: ArchiveFacts, files: any Files = DiskFiles()) throws(ArchiveError) {
        self.path = path
        self.facts = facts
        do throws(ArchiveError) {
            file = try files.open(path)
            let size = try file.size()
            guard size == facts.bytes else {
                throw ArchiveError(
                    .archiveSize, "\(path) has \(size) bytes, and its manifest says \(facts.bytes)",
                    hint: "restore the file from a copy of the vault, or take the window again with --force")
            }
        } catch {
            throw Self.readError(error, path)
        }
    }

    /// The archive that a manifest names, in the manifest's folder; nil where it names none.
    package static func open(
        _ manifest: Manifest, folder: String, files: any Files = DiskFiles()
    ) throws(ArchiveError) -> ArchiveReader? {
        guard let facts = manifest.archive else { return nil }
        return try ArchiveReader(path: PathText.join(folder, facts.file), facts: facts, files: files)
    }

    /// Calls `body` with a member's rows as NDJSON, after its CRC, its length and its number of rows were checked.
    ///
    /// The array is good for as long as the caller likes, but costs a copy where it is kept beyond the call.
    ///
    /// - Throws: ``ArchiveError/Code/memberCorrupt``, ``ArchiveError/Code/memberRows``,
    ///   ``ArchiveError/Code/archiveUnreadable``, and whatever `body` throws.
    package func withMember<Result>(
        _ index: Int, _ decoder: MemberDecoder, _ body: ([UInt8]) throws -> Result
    ) throws -> Result {
        try load(index, decoder)
        try decode(index, decoder)
        return try body(decoder.content)
    }

    /// One member's rows.
    package func rows(inMember index: Int, _ decoder: MemberDecoder) throws -> RowBlock {
        try withMember(index, decoder) { RowBlock(ndjson: $0) }
    }

    /// Calls `body` with each member's number and rows in order, as ``withMember(_:_:_:)`` does.
    ///
    /// - Parameter range: the members' numbers; all where it is nil.
    package func forEachMember(
        in range: Range<Int>? = nil, _ body: (_ index: Int, _ ndjson: [UInt8]) throws -> Void
    ) throws {
        let decoder = try MemberDecoder()
        for index in range ?? facts.members.indices {
            try withMember(index, decoder) { try body(index, $0) }
        }
    }

    /// Reads a member's compressed bytes into the decoder.
    func load(_ index: Int, _ decoder: MemberDecoder) throws(ArchiveError) {
        let member = facts.members[index]
        do throws(ArchiveError) {
            let count = try decoder.read(member.bytes) { buffer throws(ArchiveError) in
                try file.read(at: member.offset, into: buffer)
            }
            guard count == member.bytes else {
                throw ArchiveError(.archiveSize, "\(path) became shorter while it was read")
            }
        } catch {
            throw Self.readError(error, path)
        }
    }

    /// Decompresses the member loaded, and counts its rows.
    func decode(_ index: Int, _ decoder: MemberDecoder) throws(ArchiveError) {
        let member = facts.members[index]
        let name = "member \(index) of \(path), at byte \(member.offset),"
        do throws(GzipError) {
            try decoder.decode(size: member.uncompressedBytes)
        } catch {
            throw ArchiveError(
                .memberCorrupt, "\(name) is damaged: \(error.message)",
                hint: "restore the file from a copy of the vault, or take the window again with --force", cause: error)
        }
        let rows = NewLines.count(in: decoder.content)
        guard rows == member.rows, decoder.content.last == 0x0A else {
            throw ArchiveError(.memberRows, "\(name) holds \(rows) whole rows, and its manifest says \(member.rows)")
        }
    }

    private static func readError(_ error: ArchiveError, _ path: String) -> ArchiveError {
        switch error.code {
        case .notFound:
            ArchiveError(
                .archiveMissing, "\(path) is not there, and its manifest names it",
                hint: "restore the file from a copy of the vault, or take the window again with --force", cause: error)
        case .cannotRead: ArchiveError(.archiveUnreadable, error.message, hint: error.hint, cause: error)
        default: error
        }
    }
}
