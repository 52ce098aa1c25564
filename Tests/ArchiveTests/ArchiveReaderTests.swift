import Archive
import Gzip
import Records
import RowJSON
import StorageTime
import TestSupport
import Testing

@Suite struct ArchiveReaderTests {
    private let layout = ArchiveLayout(root: "/vault")
    private let files = MemoryFiles()
    private let blocks = [Fixture.block(0..<7), Fixture.block(7..<8), Fixture.block(8..<30)]
    private let address: SnapshotAddress
    private let manifest: Manifest
    private let path: String

    init() throws {
        try files.makeFolder("/vault")
        address = try Fixture.address()
        manifest = try Fixture.publish(blocks, at: address, layout, files)
        path = layout.path(address.archivePath(revision: 1))
    }

    private func codes(deep: Bool = true, _ manifest: Manifest? = nil) throws -> [ArchiveError.Code] {
        try SnapshotCheck(deep: deep, files: files)
            .run(manifest ?? self.manifest, folder: layout.path(address.folder)).problems.map(\.code)
    }

    @Test func membersAreReadInOrderAndAlone() throws {
        let reader = try #require(try ArchiveReader.open(manifest, folder: layout.path(address.folder), files: files))
        var seen: [[UInt8]] = []
        try reader.forEachMember { index, ndjson in
            #expect(index == seen.count)
            seen.append(ndjson)
        }
        #expect(seen == blocks.map(\.bytes))
        let decoder = try MemberDecoder()
        for index in [2, 0, 1, 1] { #expect(try reader.rows(inMember: index, decoder) == blocks[index]) }
        try reader.forEachMember(in: 1..<2) { index, ndjson in #expect(index == 1 && ndjson == blocks[1].bytes) }
    }

    @Test func soundArchivesHaveNoProblems() throws {
        for deep in [false, true] {
            let check = SnapshotCheck(deep: deep, files: files)
            let findings = try check.run(manifest, folder: layout.path(address.folder))
            #expect(findings.problems.isEmpty)
            #expect(findings.rows == 30 && findings.bytes == manifest.archive?.bytes)
        }
    }

    @Test func everyFlippedBitIsFoundAndItsMemberNamed() throws {
        let bytes = try files.read(path, limit: 1 << 20)
        let members = try #require(manifest.archive?.members)
        for index in bytes.indices {
            var damaged = bytes
            damaged[index] ^= 1 << (index % 8)
            try files.write(damaged, to: path)
            let findings = try SnapshotCheck(deep: false, files: files).run(
                manifest, folder: layout.path(address.folder))
            let problem = try #require(findings.problems.first, "byte \(index)")
            #expect(findings.problems.count == 1)
            // The header's time, flags and system are in no checksum of gzip's.
            #expect(problem.code == .memberCorrupt || problem.code == .archiveSHA256)
            if problem.code == .memberCorrupt {
                let member = try #require(members.lastIndex { $0.offset <= index })
                #expect(problem.message.hasPrefix("member \(member) of \(path)"))
            }
        }
    }

    @Test func truncatedGrownAndMissingArchivesAreFound() throws {
        let bytes = try files.read(path, limit: 1 << 20)
        for changed in [[], Array(bytes.dropLast()), bytes + [0]] {
            try files.write(changed, to: path)
            #expect(try codes() == [.archiveSize])
        }
        try files.remove(path)
        #expect(try codes() == [.archiveMissing])
    }

    @Test func anArchiveSwappedForAnotherIsFound() throws {
        // Stored uncompressed, rows of equal length make a file of equal size, each member sound in itself.
        let other = try Fixture.publish(
            blocks, at: Fixture.address(Fixture.window("2013-01-02", "2013-01-03")), layout, files)
        var claimed = manifest
        claimed.archive = manifest.archive.map { facts in
            var facts = facts
            facts.sha256 = String(repeating: "0", count: 64)
            return facts
        }
        #expect(other.archive?.sha256 == manifest.archive?.sha256)
        #expect(try codes(deep: false, claimed) == [.archiveSHA256])
    }

    @Test func aDeepCheckReadsEveryRow() throws {
        var claimed = manifest
        claimed.rowsDigest = RowsDigest()
        #expect(try codes(deep: false, claimed) == [])
        #expect(try codes(claimed) == [.rowsDigest])
        claimed = manifest
        claimed.columns.append("more")
        #expect(try codes(claimed) == [.columns])
    }

    @Test func rowsThatDoNotCountAreFound() throws {
        var claimed = manifest
        claimed.archive?.members[1].rows = 2
        #expect(try codes(claimed) == [.memberRows])
        claimed = manifest
        claimed.archive?.members[1].uncompressedBytes += 1
        #expect(try codes(claimed) == [.memberCorrupt])
    }

    @Test func aRowThatIsNoObjectIsFoundByADeepCheck() throws {
        let content = Array("{\"a\":1}\n[2]\n".utf8)
        var encoder = try GzipEncoder()
        var bytes: [UInt8] = []
        try content.withUnsafeBytes { try encoder.appendMember(of: $0, to: &bytes) }
        let member = EncodedMember(
            bytes: bytes, uncompressedBytes: content.count, rows: 2, digest: RowsDigest(), columns: ["a"])
        let address = try Fixture.address(Fixture.window("2013-01-03", "2013-01-04"))
        let draft = ArchiveDraft(at: address, revision: 1, layout: layout, files: files)
        try draft.append(member)
        let manifest = try Fixture.manifest(of: address, draft: draft)
        try Publisher(layout: layout, files: files).publish(manifest, draft: draft, at: address)
        let folder = layout.path(address.folder)
        #expect(try SnapshotCheck(deep: false, files: files).run(manifest, folder: folder).problems.isEmpty)
        let problems = try SnapshotCheck(deep: true, files: files).run(manifest, folder: folder).problems
        #expect(problems.map(\.code) == [.rowMalformed])
        #expect(problems.first?.message.hasPrefix("row 2 in member 0 of") == true)
    }

    @Test func thePartsOfACompactedDayAreCheckedOneByOne() throws {
        let address = try Fixture.address(Fixture.window("2013-01-05", "2013-01-06"))
        let draft = ArchiveDraft(at: address, revision: 1, layout: layout, files: files)
        let encoder = try MemberEncoder()
        let members = try [encoder.encode(blocks[0]), encoder.encode(blocks[1])]
        for member in members { try draft.append(member) }
        var manifest = try Fixture.manifest(of: address, draft: draft)
        let window = Fixture.window("2013-01-05", "2013-01-06")
        manifest.parts = members.enumerated().map { index, member in
            let start = window.from.advanced(by: index * 3600)
            return Manifest.Part(
                state: .sealed, window: (try? Window(from: start, to: start.advanced(by: 3600))) ?? window,
                timeZone: nil, convention: .closed, isConventionAssumed: false, proof: .oneAnswer, revision: 1,
                capturedAt: Fixture.capturedAt, recheckedAt: nil, total: member.rows, edgeRows: 0, kept: 0,
                rows: member.rows, rowsDigest: member.digest, members: index..<(index + 1))
        }
        try Publisher(layout: layout, files: files).publish(manifest, draft: draft, at: address)
        let folder = layout.path(address.folder)
        let check = SnapshotCheck(deep: true, files: files)
        #expect(try check.run(manifest, folder: folder).problems.isEmpty)
        let first = manifest.parts[0].rowsDigest
        manifest.parts[0].rowsDigest = manifest.parts[1].rowsDigest
        manifest.parts[1].rowsDigest = first
        #expect(try check.run(manifest, folder: folder).problems.map(\.code) == [.rowsDigest])
    }

    @Test func theCodesOfDamageAreAClosedList() {
        #expect(
            ArchiveError.Code.allCases.filter(\.isDamage).map(\.rawValue) == [
                "manifest-unreadable", "manifest-sha256", "manifest-inconsistent", "manifest-misplaced",
                "archive-missing", "archive-unreadable", "archive-size", "archive-sha256", "member-corrupt",
                "member-rows", "row-malformed", "rows-digest", "columns",
            ])
    }
}
