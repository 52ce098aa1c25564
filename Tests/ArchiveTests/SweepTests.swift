import Archive
import Foundation
import Records
import RowJSON
import StorageTime
import TestSupport
import Testing

@Suite struct SweepTests {
    private let layout = ArchiveLayout(root: "/vault")
    private let files = MemoryFiles()
    private let folder: String
    private let name = SnapshotName.window(Fixture.day)

    init() throws {
        try files.makeFolder("/vault")
        folder = try Fixture.address().folder
    }

    private func put(_ file: String, _ text: String = "x", in folder: String? = nil) throws {
        let folder = layout.path(folder ?? self.folder)
        try files.makeFolders(folder)
        try files.write(Array(text.utf8), to: "\(folder)/\(file)")
    }

    private func sweep(_ folder: String? = nil) throws -> Sweep.Report {
        try Sweep(layout: layout, files: files).run(folder ?? self.folder)
    }

    private func list(_ folder: String? = nil) throws -> [String] { try files.list(layout.path(folder ?? self.folder)) }

    @Test func aFolderInOrderIsLeftAlone() throws {
        try Fixture.publish([Fixture.block(0..<3)], at: Fixture.address(), layout, files)
        try put("notes.txt")
        #expect(try sweep().isEmpty)
        #expect(try list().count == 3)
        #expect(try sweep("vault_source=all/vault_task=none/vault_date=2013-01-01").isEmpty)
    }

    @Test func partialsAreRemoved() throws {
        try put(SnapshotFileName.partial(name.archiveName(revision: 1)))
        try put(SnapshotFileName.partial(name.manifestName))
        #expect(try sweep().removedPartials.count == 2)
        #expect(try list().isEmpty)
    }

    @Test func earlierRevisionsAreRemovedAndUncommittedOnesMoved() throws {
        try Fixture.publish([Fixture.block(0..<3)], at: Fixture.address(), layout, files)
        try Fixture.publish([Fixture.block(0..<4)], at: Fixture.address(), layout, files)
        try put(name.archiveName(revision: 1))
        try put(name.archiveName(revision: 3))
        let report = try sweep()
        #expect(report.removedArchives == ["\(folder)/\(name.archiveName(revision: 1))"])
        #expect(report.moved.map(\.to) == ["lost+found/\(folder)/\(name.archiveName(revision: 3))"])
        #expect(try list() == [name.archiveName(revision: 2), name.manifestName])
        #expect(try sweep().isEmpty)
    }

    @Test func anArchiveWithoutManifestIsMovedAndNothingOverwritten() throws {
        for text in ["one", "two", "three"] {
            try put(name.archiveName(revision: 1), text)
            _ = try sweep()
        }
        let lost = "lost+found/\(folder)"
        let archive = name.archiveName(revision: 1)
        #expect(try list(lost) == [archive, "\(archive).1", "\(archive).2"])
        #expect(try files.read(layout.path("\(lost)/\(archive).1"), limit: 10) == Array("two".utf8))
    }

    @Test func anEarlierRevisionStaysWhereTheLaterArchiveIsGone() throws {
        try Fixture.publish([Fixture.block(0..<3)], at: Fixture.address(), layout, files)
        try Fixture.publish([Fixture.block(0..<4)], at: Fixture.address(), layout, files)
        try put(name.archiveName(revision: 1))
        try files.remove(layout.path("\(folder)/\(name.archiveName(revision: 2))"))
        #expect(try sweep().isEmpty)
    }

    @Test func theArchivesOfADamagedManifestStay() throws {
        try Fixture.publish([Fixture.block(0..<3)], at: Fixture.address(), layout, files)
        try put(name.manifestName, "{\"format\":1,")
        try put(name.archiveName(revision: 2))
        #expect(try sweep().isEmpty)
        try put(name.manifestName, "{\"format\":2,")
        #expect(try sweep().isEmpty)
    }

    @Test func unexportedRowsAreNeverRemoved() throws {
        let address = try Fixture.capture(source: .unexported)
        let partial = SnapshotFileName.partial(address.name.archiveName(revision: 1))
        try put(partial, "rows", in: address.folder)
        try put(SnapshotFileName.partial(address.name.manifestName), in: address.folder)
        let report = try sweep(address.folder)
        #expect(report.moved.map(\.to) == ["lost+found/\(address.folder)/20261123T101500Z-1.r1.ndjson.gz.partial"])
        #expect(report.removedPartials.count == 1)
    }

    @Test func aFailedPublishOfUnexportedRowsKeepsThem() throws {
        let address = try Fixture.capture(source: .unexported)
        let draft = ArchiveDraft(at: address, revision: 1, layout: layout, files: files)
        try draft.append(MemberEncoder().encode(Fixture.block(0..<3)))
        let manifest = try Fixture.manifest(of: address, draft: draft)
        for step in 0..<6 {
            let faulty = FaultyFiles(files, failing: step)
            #expect(throws: ArchiveError.self) {
                try Publisher(layout: layout, files: faulty).publish(manifest, draft: draft, at: address)
            }
            let left = try list(address.folder)
            #expect(left.count == 1 && left[0].contains(".ndjson.gz"))
            if left == [address.name.archiveName(revision: 1)] {
                try files.move(draft.path, to: draft.partialPath)
            }
        }
        try Publisher(layout: layout, files: files).publish(manifest, draft: draft, at: address)
        #expect(try Fixture.rows(at: address, layout, files)?.count == 3)
    }

    @Test func whatACompactedManifestReplacesIsRemoved() throws {
        let (morning, day) = try compactedDay()
        let report = try sweep()
        #expect(report.removedManifests == [morning.manifestPath])
        #expect(report.removedArchives == [morning.archivePath(revision: 1)])
        #expect(try sweep().isEmpty)
        #expect(try Fixture.rows(at: day, layout, files) == Fixture.block(0..<3))
    }

    @Test func theArchiveOfAReplacedManifestThatIsGoneIsRemoved() throws {
        let (morning, day) = try compactedDay()
        try files.remove(layout.path(morning.manifestPath))
        let report = try sweep()
        #expect(report.removedManifests.isEmpty)
        #expect(report.removedArchives == [morning.archivePath(revision: 1)])
        #expect(try Fixture.rows(at: day, layout, files) == Fixture.block(0..<3))
    }

    @Test func aReplacedManifestWhoseRowsAreOthersStays() throws {
        let (morning, _) = try compactedDay()
        try Fixture.publish([Fixture.block(0..<4)], at: morning, layout, files)
        #expect(try sweep().isEmpty)
        #expect(try Fixture.rows(at: morning, layout, files) == Fixture.block(0..<4))
    }

    @Test func nothingIsRemovedWhereTheCompactedArchiveIsGone() throws {
        let (morning, day) = try compactedDay()
        try files.remove(layout.path(day.archivePath(revision: 1)))
        #expect(try sweep().isEmpty)
        #expect(try Fixture.rows(at: morning, layout, files) == Fixture.block(0..<3))
    }

    /// A window, and the day that stands for it, both there: as a crash leaves them.
    private func compactedDay() throws -> (morning: SnapshotAddress, day: SnapshotAddress) {
        let morning = try Fixture.address(Fixture.window("2013-01-01", "2013-01-01 12:00:00"))
        let part = try Fixture.publish([Fixture.block(0..<3)], at: morning, layout, files)
        let day = try Fixture.address()
        let draft = ArchiveDraft(at: day, revision: 1, layout: layout, files: files)
        try draft.append(MemberEncoder().encode(Fixture.block(0..<3)))
        var manifest = try Fixture.manifest(of: day, draft: draft)
        manifest.parts = [try #require(Manifest.Part(part, firstMember: 0))]
        manifest.replaces = [morning.name.manifestName]
        try Publisher(layout: layout, files: files).publish(manifest, draft: draft, at: day)
        return (morning, day)
    }
}
