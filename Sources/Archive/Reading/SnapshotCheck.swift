import RowJSON

/// Reads snapshots' archives back and compares them with their manifests, any number at once.
package struct SnapshotCheck: Sendable {
    /// What a check found.
    package struct Findings: Sendable {
        /// One error for each thing found wrong, its code one of those that are damage; empty where all is sound.
        package var problems: [ArchiveError] = []
        /// Rows and bytes on disk of the archives read through, sound or not.
        package var rows = 0
        package var bytes = 0

        package init() {}
    }

    /// Whether every row is read as well: it must be a JSON object, the rows' digest and keys the manifest's.
    package let isDeep: Bool
    package let files: any Files
    /// Members of more bytes of content than this are read in portions.
    private let threshold: Int
    private let decoders = DecoderPool()

    package init(
        deep isDeep: Bool, files: any Files = DiskFiles(), portionsAbove threshold: Int = MemberStream.threshold
    ) {
        self.isDeep = isDeep
        self.files = files
        self.threshold = threshold
    }

    /// Checks the manifest's archive and those it supersedes: size, SHA-256, each member's CRC, length and rows.
    ///
    /// A damaged member is reported alone: that the file's SHA-256 differs as well says nothing more.
    ///
    /// - Parameter folder: the path of the manifest's folder.
    /// - Throws: `GzipError` where there is no memory; `CancellationError`. What is wrong with the files is not thrown.
    /// - Complexity: O(*n*) in bytes, in one pass; memory for one member of 8 MiB, or a portion of a larger one.
    package func run(_ manifest: Manifest, folder: String) throws -> Findings {
        var findings = Findings()
        if let archive = manifest.archive {
            let expected = Expectation(
                digest: manifest.rowsDigest, columns: manifest.columns,
                parts: manifest.parts.filter { !$0.members.isEmpty })
            try check(archive, folder, expected, &findings)
        }
        for old in manifest.superseded {
            try check(old.archive, folder, Expectation(digest: old.rowsDigest), &findings)
        }
        return findings
    }

    /// What an archive's rows must come to.
    private struct Expectation {
        var digest: RowsDigest
        /// nil where they are not known.
        var columns: [String]?
        var parts: [Manifest.Part] = []
    }

    private func check(
        _ archive: ArchiveFacts, _ folder: String, _ expected: Expectation, _ findings: inout Findings
    ) throws {
        let path = PathText.join(folder, archive.file)
        let reader: ArchiveReader
        do throws(ArchiveError) {
            reader = try ArchiveReader(path: path, facts: archive, files: files)
        } catch {
            findings.problems.append(error)
            return
        }
        try decoders.withDecoder { decoder in try check(reader, expected, decoder, &findings) }
    }

    private func check(
        _ reader: ArchiveReader, _ expected: Expectation, _ decoder: MemberDecoder, _ findings: inout Findings
    ) throws {
        let before = findings.problems.count
        var hash = SHA256()
        var rows = RowsAudit()
        for index in reader.facts.members.indices {
            try Task.checkCancellation()
            if let failure = try check(member: index, of: reader, decoder, &hash, &rows, &findings) {
                findings.problems.append(failure)
                if failure.code == .archiveUnreadable { return }
            }
        }
        // Each of these follows from a damaged member.
        guard findings.problems.count == before else { return }
        if hash.finalized().hex != reader.facts.sha256 {
            findings.problems.append(
                ArchiveError(.archiveSHA256, "the SHA-256 of \(reader.path) is not the one that its manifest states"))
        }
        if isDeep {
            findings.problems += rows.problems(expected.digest, expected.columns, expected.parts, reader.path)
        }
    }
}

extension SnapshotCheck {
    /// What is wrong with a member; nil where nothing is.
    private func check(
        member index: Int, of reader: ArchiveReader, _ decoder: MemberDecoder, _ hash: inout SHA256,
        _ rows: inout RowsAudit, _ findings: inout Findings
    ) throws -> ArchiveError? {
        let member = reader.facts.members[index]
        rows.begin()
        do {
            if member.uncompressedBytes > threshold {
                let stream = try MemberStream(reader, member: index)
                findings.bytes += member.bytes
                findings.rows += member.rows
                while let portion = try stream.next({ hash.update($0) }) {
                    try Task.checkCancellation()
                    if isDeep { try rows.add(portion.ndjson, member: index, path: reader.path) }
                }
                return nil
            }
            try reader.load(index, decoder)
            hash.update(decoder.compressed)
            findings.bytes += member.bytes
            findings.rows += member.rows
            try reader.decode(index, decoder)
            if isDeep { try rows.add(decoder.content, member: index, path: reader.path) }
            return nil
        } catch let error as ArchiveError {
            return error
        }
    }
}

/// Gathers what the rows of an archive come to, member by member.
private struct RowsAudit {
    private var digests: [RowsDigest] = []
    private var columns = ColumnCollector()
    /// Rows of the member begun.
    private var row = 0

    /// A member begins.
    mutating func begin() {
        digests.append(RowsDigest())
        row = 0
    }

    /// Adds rows of the member begun.
    mutating func add(_ content: [UInt8], member: Int, path: String) throws(ArchiveError) {
        var digest = RowsDigest()
        do {
            try RowBlock(ndjson: content).forEachRow { bytes in
                row += 1
                digest.add(row: bytes)
                try columns.observe(bytes)
            }
        } catch {
            throw ArchiveError(
                .rowMalformed, "row \(row) in member \(member) of \(path) is no JSON object", cause: error)
        }
        digests[digests.count - 1].add(digest)
    }

    func problems(
        _ digest: RowsDigest, _ names: [String]?, _ parts: [Manifest.Part], _ path: String
    ) -> [ArchiveError] {
        var problems: [ArchiveError] = []
        if sum(digests[...]) != digest {
            problems.append(ArchiveError(.rowsDigest, "the rows of \(path) are not those that its manifest stands for"))
        } else if let part = parts.first(where: { sum(digests[$0.members]) != $0.rowsDigest }) {
            problems.append(
                ArchiveError(.rowsDigest, "the rows of \(part.window) in \(path) are not those that its manifest says"))
        }
        if let names, Set(names) != Set(columns.names) {
            problems.append(ArchiveError(.columns, "the keys of the rows of \(path) are not its manifest's columns"))
        }
        return problems
    }

    private func sum(_ digests: ArraySlice<RowsDigest>) -> RowsDigest {
        digests.reduce(into: RowsDigest()) { $0.add($1) }
    }
}
