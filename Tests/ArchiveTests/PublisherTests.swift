import Archive
import Foundation
import Records
import RowJSON
import TestSupport
import Testing

/// A publish is a row of steps. Whichever fails, a reader sees the whole snapshot or none of it.
@Suite struct PublisherTests {
    private let layout = ArchiveLayout(root: "/vault")

    private func vault() throws -> MemoryFiles {
        let files = MemoryFiles()
        try files.makeFolder("/vault")
        try files.synchronize(folder: "/")
        return files
    }

    @Test func theStepsComeInTheOrderThatMakesTheManifestTheCommit() throws {
        let files = FaultyFiles(try vault(), failing: nil)
        try Fixture.publish([Fixture.block(0..<3)], at: Fixture.address(), layout, files)
        let stem = "20130101T000000_20130102T000000"
        #expect(
            files.log == [
                "make folder vault_source=storage-time", "make folder vault_task=weather",
                "make folder vault_date=2013-01-01", "create .\(stem).r1.ndjson.gz.partial",
                "write .\(stem).r1.ndjson.gz.partial", "synchronise .\(stem).r1.ndjson.gz.partial",
                "close .\(stem).r1.ndjson.gz.partial", "move \(stem).r1.ndjson.gz",
                "synchronise folder vault_date=2013-01-01", "synchronise folder vault_task=weather",
                "synchronise folder vault_source=storage-time", "synchronise folder vault",
                "create ._\(stem).manifest.json.partial", "write ._\(stem).manifest.json.partial",
                "synchronise ._\(stem).manifest.json.partial", "close ._\(stem).manifest.json.partial",
                "replace _\(stem).manifest.json", "synchronise folder vault_date=2013-01-01",
            ])
    }

    @Test func aRevisionReplacesTheOneBeforeAndItsArchiveGoes() throws {
        let files = try vault()
        let address = try Fixture.address()
        try Fixture.publish([Fixture.block(0..<3)], at: address, layout, files)
        let second = try Fixture.publish([Fixture.block(0..<3), Fixture.block(3..<9)], at: address, layout, files)
        #expect(second.revision == 2)
        #expect(
            try files.list(layout.path(address.folder)) == [
                "20130101T000000_20130102T000000.r2.ndjson.gz", "_20130101T000000_20130102T000000.manifest.json",
            ])
        #expect(try Fixture.rows(at: address, layout, files) == Fixture.block(0..<9))
    }

    @Test(arguments: FaultyFiles.Fault.played, [false, true])
    func aFailureAtAnyStepPublishesAllOrNothing(fault: FaultyFiles.Fault, dies: Bool) throws {
        let address = try Fixture.address()
        let (old, new) = (Fixture.block(0..<4), Fixture.block(0..<7))
        for isFirst in [true, false] {
            let count = try steps(isFirst: isFirst)
            #expect(count > 10)
            for step in stride(from: 0, to: count, by: Sampling.quick(5, else: 1)) {
                let disk = try vault()
                if !isFirst { try Fixture.publish([old], at: address, layout, disk) }
                let faulty = FaultyFiles(disk, failing: step, fault: fault, diesThen: dies)
                var failure: ArchiveError?
                do { try Fixture.publish([new], at: address, layout, faulty) } catch let error as ArchiveError {
                    failure = error
                }
                #expect(failure == nil || failure?.code == .cannotWrite)
                try expectWhole(
                    disk, failed: failure != nil, isFirst ? nil : old, new, "step \(step): \(faulty.log.last ?? "")")
            }
        }
    }

    private func steps(isFirst: Bool) throws -> Int {
        let disk = try vault()
        let address = try Fixture.address()
        if !isFirst { try Fixture.publish([Fixture.block(0..<4)], at: address, layout, disk) }
        let counting = FaultyFiles(disk, failing: nil)
        try Fixture.publish([Fixture.block(0..<7)], at: address, layout, counting)
        return counting.steps
    }

    /// A reader sees the old rows or the new; a sweep leaves no trace of the attempt but in `lost+found`; and the next
    /// attempt succeeds.
    private func expectWhole(
        _ disk: MemoryFiles, failed: Bool, _ old: RowBlock?, _ new: RowBlock, _ comment: Comment
    ) throws {
        let address = try Fixture.address()
        let seen = try Fixture.rows(at: address, layout, disk)
        #expect(failed ? seen == old || seen == new : seen == new, comment)
        try Sweep(layout: layout, files: disk).run(address.folder)
        #expect(try Fixture.rows(at: address, layout, disk) == seen, comment)
        let left = try SnapshotFolder(path: layout.path(address.folder), files: disk).entries()
        #expect(left.count == (seen == nil ? 0 : 2), comment)
        try Fixture.publish([new], at: address, layout, disk)
        #expect(try Fixture.rows(at: address, layout, disk) == new, comment)
    }

    @Test func aPowerCutAtAnyStepLeavesAllOrNothing() throws {
        let address = try Fixture.address()
        let (old, new) = (Fixture.block(0..<4), Fixture.block(0..<7))
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(seed: seed)
        for isFirst in [true, false] {
            for step in 0...(try steps(isFirst: isFirst)) {
                for _ in 0..<Sampling.quick(1, else: 8) {
                    let disk = try vault()
                    if !isFirst { try Fixture.publish([old], at: address, layout, disk) }
                    let faulty = FaultyFiles(disk, failing: step, diesThen: true)
                    let isDone = (try? Fixture.publish([new], at: address, layout, faulty)) != nil
                    disk.cutPower(seed: random.next())
                    try expectWhole(disk, failed: !isDone, isFirst ? nil : old, new, "step \(step), seed \(seed)")
                }
            }
        }
    }

    @Test func aFolderMadeByAProcessThatDiedIsMadeDurableAllTheSame() throws {
        let disk = try vault()
        let address = try Fixture.address()
        try disk.makeFolders(layout.path(address.folder))
        try Fixture.publish([Fixture.block(0..<4)], at: address, layout, disk)
        for seed in 0..<32 as Range<UInt64> { disk.cutPower(seed: seed) }
        #expect(try Fixture.rows(at: address, layout, disk) == Fixture.block(0..<4))
    }

    @Test func laterPublishesIntoAFolderAreAsDurableAsTheFirst() throws {
        let address = try Fixture.address()
        for seed in 0..<64 as Range<UInt64> {
            let disk = try vault()
            let publisher = Publisher(layout: layout, files: disk)
            for (revision, rows) in [(1, 0..<4), (2, 0..<7)] {
                let draft = ArchiveDraft(at: address, revision: revision, layout: layout, files: disk)
                try draft.append(MemberEncoder().encode(Fixture.block(rows)))
                try publisher.publish(Fixture.manifest(of: address, draft: draft), draft: draft, at: address)
            }
            disk.cutPower(seed: seed)
            #expect(try Fixture.rows(at: address, layout, disk) == Fixture.block(0..<7))
        }
    }

    /// A new day's name is made durable in the task's folder; those above it have been for long.
    @Test func foldersThatWereMadeDurableOnceAreNotAgain() throws {
        let counting = FaultyFiles(try vault(), failing: nil)
        let publisher = Publisher(layout: layout, files: counting)
        let address = try Fixture.address()
        try publisher.publish(Fixture.manifest(of: address), at: address)
        let before = counting.steps
        let next = try Fixture.address(Fixture.window("2013-01-02", "2013-01-03"))
        try publisher.publish(Fixture.manifest(of: next), at: next)
        #expect(
            counting.log[before...].filter { $0.hasPrefix("synchronise folder") } == [
                "synchronise folder vault_date=2013-01-02", "synchronise folder vault_task=weather",
                "synchronise folder vault_date=2013-01-02",
            ])
    }

    @Test func theArchiveIsNamedDurablyBeforeTheManifestInAKnownFolderToo() throws {
        let disk = try vault()
        let counting = FaultyFiles(disk, failing: nil)
        let publisher = Publisher(layout: layout, files: counting)
        let address = try Fixture.address()
        try publisher.publish(Fixture.manifest(of: address), at: address)
        let before = counting.steps
        let draft = ArchiveDraft(at: address, revision: 2, layout: layout, files: disk)
        try draft.append(MemberEncoder().encode(Fixture.block(0..<4)))
        try publisher.publish(Fixture.manifest(of: address, draft: draft), draft: draft, at: address)
        #expect(
            counting.log[before...].map { $0.split(separator: " ").prefix(2).joined(separator: " ") }.prefix(3) == [
                "move \(address.name.archiveName(revision: 2))", "synchronise folder",
                "create \(SnapshotFileName.partial(address.name.manifestName))",
            ])
    }

    @Test func aPublishThatFailsBeforeTheCommitTakesItsArchiveBack() throws {
        let address = try Fixture.address()
        let disk = try vault()
        try Fixture.publish([Fixture.block(0..<4)], at: address, layout, disk)
        let before = try disk.list(layout.path(address.folder))
        let commit = try #require(try stepNames(onto: address).firstIndex { $0.hasPrefix("replace") })
        for step in 0...commit {
            let faulty = FaultyFiles(disk, failing: step)
            let draft = ArchiveDraft(at: address, revision: 2, layout: layout, files: faulty)
            #expect(throws: ArchiveError.self) {
                try draft.append(MemberEncoder().encode(Fixture.block(0..<7)))
                try Publisher(layout: layout, files: faulty).publish(
                    Fixture.manifest(of: address, draft: draft), draft: draft, at: address)
            }
            draft.discard()
            #expect(try disk.list(layout.path(address.folder)) == before, "step \(step): \(faulty.log.last ?? "")")
        }
    }

    /// The steps of a second revision.
    private func stepNames(onto address: SnapshotAddress) throws -> [String] {
        let disk = try vault()
        try Fixture.publish([Fixture.block(0..<4)], at: address, layout, disk)
        let counting = FaultyFiles(disk, failing: nil)
        try Fixture.publish([Fixture.block(0..<7)], at: address, layout, counting)
        return counting.log
    }

    @Test func anEmptyWindowIsAManifestAlone() throws {
        let files = try vault()
        let address = try Fixture.address()
        let publication = try Publisher(layout: layout, files: files).publish(
            Fixture.manifest(of: address), at: address)
        #expect(publication.manifestPath == address.manifestPath)
        #expect(try files.list(layout.path(address.folder)) == [address.name.manifestName])
        let bytes = try Manifest.readBytes(layout.path(address.manifestPath), files: files)
        #expect(Manifest.checksum(in: bytes) == publication.manifestSHA256)
    }

    @Test func changedTotalsReplaceTheManifestAndKeepTheArchive() throws {
        let files = try vault()
        let address = try Fixture.address()
        var manifest = try Fixture.publish([Fixture.block(0..<5)], at: address, layout, files)
        manifest.total = 3
        manifest.kept = 2
        manifest.recheckedAt = Fixture.capturedAt.addingTimeInterval(3600.75)
        try Publisher(layout: layout, files: files).publish(manifest, at: address)
        let folder = SnapshotFolder(path: layout.path(address.folder), files: files)
        #expect(try folder.manifest(of: address.name) == manifest)
        #expect(try Fixture.rows(at: address, layout, files) == Fixture.block(0..<5))
    }

    @Test func supersededArchivesStay() throws {
        let files = try vault()
        let address = try Fixture.address()
        let first = try Fixture.publish([Fixture.block(0..<5)], at: address, layout, files)
        let draft = ArchiveDraft(at: address, revision: 2, layout: layout, files: files)
        try draft.append(MemberEncoder().encode(Fixture.block(50..<60)))
        var second = try Fixture.manifest(of: address, draft: draft)
        second.superseded = [try #require(Manifest.Superseded(first))]
        try Publisher(layout: layout, files: files).publish(second, draft: draft, at: address)
        #expect(try Sweep(layout: layout, files: files).run(address.folder).isEmpty)
        #expect(try files.list(layout.path(address.folder)).count == 3)
        let findings = try SnapshotCheck(deep: true, files: files).run(second, folder: layout.path(address.folder))
        #expect(findings.problems.isEmpty && findings.rows == 15)
    }

    @Test func prunedWindowsLoseTheirArchive() throws {
        let files = try vault()
        let address = try Fixture.address()
        var manifest = try Fixture.publish([Fixture.block(0..<5)], at: address, layout, files)
        manifest.state = .pruned
        manifest.archive = nil
        try Publisher(layout: layout, files: files).publish(manifest, at: address)
        #expect(try files.list(layout.path(address.folder)) == [address.name.manifestName])
    }

    @Test func whatDoesNotAgreeIsNeverPublished() throws {
        let files = try vault()
        let address = try Fixture.address()
        let publisher = Publisher(layout: layout, files: files)
        var wrong = try Fixture.manifest(of: address)
        wrong.total = 7
        #expect(throws: ArchiveError.self) { try publisher.publish(wrong, at: address) }
        let draft = ArchiveDraft(at: address, revision: 1, layout: layout, files: files)
        try draft.append(MemberEncoder().encode(Fixture.block(0..<5)))
        var other = try Fixture.manifest(of: address, draft: draft)
        other.columns = ["something", "else"]
        #expect(throws: ArchiveError.self) { try publisher.publish(other, draft: draft, at: address) }
        let elsewhere = try Fixture.address(Fixture.window("2013-01-02", "2013-01-03"))
        #expect(throws: ArchiveError.self) { try publisher.publish(Fixture.manifest(of: address), at: elsewhere) }
        #expect(try SnapshotFolder(path: layout.path(address.folder), files: files).entries().isEmpty)
    }

    @Test func anArchiveIsNeverOverwritten() throws {
        let files = try vault()
        let address = try Fixture.address()
        try files.makeFolders(layout.path(address.folder))
        let draft = ArchiveDraft(at: address, revision: 1, layout: layout, files: files)
        try files.write(Array("precious".utf8), to: draft.path)
        try draft.append(MemberEncoder().encode(Fixture.block(0..<5)))
        let error = #expect(throws: ArchiveError.self) {
            try Publisher(layout: layout, files: files).publish(
                Fixture.manifest(of: address, draft: draft), draft: draft, at: address)
        }
        #expect(error?.code == .nameTaken)
        #expect(try files.read(draft.path, limit: 100) == Array("precious".utf8))
    }

    @Test func aCaptureIsPublishedLikeAWindow() throws {
        let files = try vault()
        let address = try Fixture.capture()
        try Fixture.publish([Fixture.block(0..<2)], at: address, layout, files)
        #expect(address.folder == "vault_source=all/vault_task=weather/vault_date=2026-11-23")
        #expect(
            try files.list(layout.path(address.folder)) == [
                "20261123T101500Z-1.r1.ndjson.gz", "_20261123T101500Z-1.manifest.json",
            ])
        #expect(try Fixture.rows(at: address, layout, files)?.count == 2)
        let folder = SnapshotFolder(path: layout.path(address.folder), files: files)
        #expect(try folder.nextSequence(at: Fixture.capturedAt.addingTimeInterval(0.4)) == 2)
        #expect(try folder.nextSequence(at: Fixture.capturedAt.addingTimeInterval(1)) == 1)
    }
}
