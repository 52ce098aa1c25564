import Archive
import Gzip
import RowJSON
import TestSupport
import Testing

@Suite struct ArchiveDraftTests {
    private let layout = ArchiveLayout(root: "/vault")
    private let files = MemoryFiles()

    init() throws { try files.makeFolder("/vault") }

    private func draft(revision: Int = 1, on files: (any Files)? = nil) throws -> ArchiveDraft {
        ArchiveDraft(at: try Fixture.address(), revision: revision, layout: layout, files: files ?? self.files)
    }

    @Test func theFactsAreThoseOfTheFile() throws {
        let draft = try draft(revision: 3)
        let encoder = try MemberEncoder()
        let members = try [encoder.encode(Fixture.block(0..<10)), encoder.encode(Fixture.block(10..<15))]
        for member in members { try draft.append(member) }
        let facts = try #require(try draft.finish())
        let bytes = try files.read(draft.partialPath, limit: 1 << 20)
        #expect(bytes == members[0].bytes + members[1].bytes)
        #expect(facts.file == "20130101T000000_20130102T000000.r3.ndjson.gz")
        #expect(facts.bytes == bytes.count)
        var digest = RowsDigest()
        digest.add(RowHash(of: bytes))
        #expect(facts.sha256 == digest.hex)
        #expect(facts.uncompressedBytes == Fixture.block(0..<15).bytes.count)
        #expect(facts.members.map(\.offset) == [0, members[0].bytes.count])
        #expect(facts.members.map(\.rows) == [10, 5])
        #expect(draft.rows == 15 && draft.columns == ["number", "text"])
        #expect(draft.digest == (try encoder.encode(Fixture.block(0..<15))).digest)
        #expect(try draft.finish() == facts)
    }

    @Test func theFileIsAStreamOfGzipMembers() throws {
        let draft = try draft()
        for rows in [0..<4, 4..<9] { try draft.append(MemberEncoder().encode(Fixture.block(rows))) }
        try draft.finish()
        var decoder = try GzipDecoder()
        var content: [UInt8] = []
        try files.read(draft.partialPath, limit: 1 << 20).withUnsafeBytes { bytes in
            try decoder.feed(bytes) { content.append(contentsOf: $0) }
        }
        try decoder.finish()
        #expect(content == Fixture.block(0..<9).bytes)
    }

    @Test func aDraftWithoutRowsMakesNoFile() throws {
        let draft = try draft()
        try draft.append(MemberEncoder().encode(RowBlock()))
        #expect(try draft.finish() == nil)
        #expect(try files.status(layout.path("vault_source=storage-time")) == nil)
    }

    @Test func aDiscardedDraftLeavesNothing() throws {
        let draft = try draft()
        try draft.append(MemberEncoder().encode(Fixture.block(0..<3)))
        draft.discard()
        draft.discard()
        #expect(try files.status(draft.partialPath) == nil)
        #expect(throws: ArchiveError.self) { try draft.append(MemberEncoder().encode(Fixture.block(0..<3))) }
        #expect(throws: ArchiveError.self) { try draft.finish() }
    }

    @Test func aFailedWriteSpoilsTheDraft() throws {
        // Three folders, the file, then its bytes.
        let faulty = FaultyFiles(files, failing: 4, fault: .half)
        let draft = try draft(on: faulty)
        let member = try MemberEncoder().encode(Fixture.block(0..<3))
        for _ in 0..<2 { #expect(throws: ArchiveError.self) { try draft.append(member) } }
        #expect(throws: ArchiveError.self) { try draft.finish() }
        draft.discard()
        #expect(try files.status(draft.partialPath) == nil)
    }

    @Test func whatKeepsADraftFromTheDeviceIsSaidHoweverOftenItIsAsked() throws {
        // Three folders, the file, its bytes, then its way to the device.
        let faulty = FaultyFiles(files, failing: 5)
        let draft = try draft(on: faulty)
        try draft.append(MemberEncoder().encode(Fixture.block(0..<3)))
        for _ in 0..<2 {
            let error = #expect(throws: ArchiveError.self) { try draft.finish() }
            #expect(error?.code == .cannotWrite)
        }
    }

    @Test func aMemberTooLargeIsRefused() throws {
        var member = try MemberEncoder().encode(Fixture.block(0..<3))
        member.uncompressedBytes = ArchiveMember.maximumUncompressedBytes + 1
        let error = #expect(throws: ArchiveError.self) { try draft().append(member) }
        #expect(error?.code == .memberTooLarge)
    }

    @Test func theNextRevisionIsAboveEveryFile() throws {
        let address = try Fixture.address()
        let folder = SnapshotFolder(path: layout.path(address.folder), files: files)
        #expect(try folder.nextRevision(of: address.name) == 1)
        try Fixture.publish([Fixture.block(0..<3)], at: address, layout, files)
        #expect(try folder.nextRevision(of: address.name) == 2)
        try files.write([], to: "\(folder.path)/\(address.name.archiveName(revision: 5))")
        #expect(try folder.nextRevision(of: address.name) == 6)
        let partial = SnapshotFileName.partial(address.name.archiveName(revision: 8))
        try files.write([], to: "\(folder.path)/\(partial)")
        #expect(try folder.nextRevision(of: address.name) == 9)
        #expect(try folder.nextRevision(of: .window(Fixture.window("2013-01-01", "2013-01-03"))) == 1)
    }
}
