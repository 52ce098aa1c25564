import Gzip
package import RowJSON

/// Reads one archive by its manifest's facts, a member at a time: memory is bounded by the largest member, or by a
/// portion of it where it is read in portions.
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

    /// Calls `body` with a member's rows as NDJSON, whole lines, in one piece or, of a large member, in several.
    ///
    /// - Throws: what ``withMember(_:_:_:)`` throws; of a large member perhaps after `body` has seen rows of it.
    package func forEachPortion(
        ofMember index: Int, _ decoder: MemberDecoder, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        guard facts.members[index].uncompressedBytes > MemberStream.threshold else {
            return try withMember(index, decoder) { try $0.withUnsafeBytes(body) }
        }
        let stream = try MemberStream(self, member: index)
        while let portion = try stream.next() {
            try Task.checkCancellation()
            try portion.ndjson.withUnsafeBytes(body)
        }
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
        try checking(index) { () throws(GzipError) in try decoder.decode(size: member.uncompressedBytes) }
        let rows = NewLines.count(in: decoder.content)
        guard rows == member.rows, decoder.content.last == 0x0A else { throw rowsError(index, holds: rows) }
    }

    /// Runs what decompresses a member, and names the member where that fails.
    func checking<Value>(_ index: Int, _ body: () throws(GzipError) -> Value) throws(ArchiveError) -> Value {
        do throws(GzipError) {
            return try body()
        } catch {
            throw ArchiveError(
                .memberCorrupt, "\(name(ofMember: index)) is damaged: \(error.message)",
                hint: "restore the file from a copy of the vault, or take the window again with --force", cause: error)
        }
    }

    func rowsError(_ index: Int, holds rows: Int) -> ArchiveError {
        ArchiveError(
            .memberRows,
            "\(name(ofMember: index)) holds \(rows) whole rows, and its manifest says \(facts.members[index].rows)")
    }

    private func name(ofMember index: Int) -> String {
        "member \(index) of \(path), at byte \(facts.members[index].offset),"
    }

    /// Fills `buffer` from a place in the file.
    func read(_ buffer: inout [UInt8], at offset: Int) throws(ArchiveError) {
        var result: Result<Int, ArchiveError> = .success(0)
        buffer.withUnsafeMutableBytes { bytes in
            do throws(ArchiveError) { result = .success(try file.read(at: offset, into: bytes)) } catch {
                result = .failure(error)
            }
        }
        do throws(ArchiveError) {
            guard try result.get() == buffer.count else {
                throw ArchiveError(.archiveSize, "\(path) became shorter while it was read")
            }
        } catch {
            throw Self.readError(error, path)
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
