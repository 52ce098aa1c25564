import RowJSON

extension ArchiveReader {
    /// Calls with each member as it lies in the file, and with what its rows come to: what another archive takes over
    /// without compressing it again.
    ///
    /// Before a member is handed over, its CRC, its length and its number of rows are checked, and that each row is a
    /// JSON object; the file's SHA-256 is checked behind the last. So what was copied counts once the call has
    /// returned.
    ///
    /// - Throws: what ``withMember(_:_:_:)`` throws; ``ArchiveError/Code/rowMalformed``;
    ///   ``ArchiveError/Code/archiveSHA256``; `CancellationError`; what `body` throws.
    /// - Complexity: O(*n*) in bytes, in one pass; memory for one member.
    package func forEachEncodedMember(_ body: (_ index: Int, _ member: EncodedMember) throws -> Void) throws {
        let decoder = try MemberDecoder()
        var hash = SHA256()
        for index in facts.members.indices {
            try Task.checkCancellation()
            try load(index, decoder)
            hash.update(decoder.compressed)
            try decode(index, decoder)
            try body(index, try encoded(index, decoder))
        }
        guard hash.finalized().hex == facts.sha256 else {
            throw ArchiveError(.archiveSHA256, "the SHA-256 of \(path) is not the one that its manifest states")
        }
    }

    private func encoded(_ index: Int, _ decoder: MemberDecoder) throws(ArchiveError) -> EncodedMember {
        let member = facts.members[index]
        var digest = RowsDigest()
        var columns = ColumnCollector()
        do {
            try RowBlock(ndjson: decoder.content).forEachRow { row in
                digest.add(row: row)
                try columns.observe(row)
            }
        } catch {
            throw ArchiveError(.rowMalformed, "a row in member \(index) of \(path) is no JSON object", cause: error)
        }
        return EncodedMember(
            bytes: decoder.compressed, uncompressedBytes: member.uncompressedBytes, rows: member.rows, digest: digest,
            columns: columns.names)
    }
}
