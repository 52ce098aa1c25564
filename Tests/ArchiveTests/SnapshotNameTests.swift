import Archive
import Foundation
import Records
import StorageTime
import TestSupport
import Testing

@Suite struct SnapshotNameTests {
    @Test func namesOfAWindow() throws {
        let name = SnapshotName.window(Fixture.window("2013-01-01 10:00:00", "2013-01-02 00:00:01"))
        #expect(name.stem == "20130101T100000_20130102T000001")
        #expect(name.manifestName == "_20130101T100000_20130102T000001.manifest.json")
        #expect(name.archiveName(revision: 12) == "20130101T100000_20130102T000001.r12.ndjson.gz")
        #expect(name.date == "2013-01-01")
        #expect(SnapshotName(stem: name.stem) == name)
    }

    @Test func namesOfACapture() throws {
        let name = SnapshotName.capture(at: Fixture.capturedAt, sequence: 3)
        #expect(name.manifestName == "_20261123T101500Z-3.manifest.json")
        #expect(name.archiveName(revision: 1) == "20261123T101500Z-3.r1.ndjson.gz")
        #expect(name.date == "2026-11-23")
        #expect(SnapshotName(stem: name.stem) == name)
    }

    @Test(arguments: [
        "", "20130101T100000", "20130101T100000_", "20130101T100000_20130101T100000", "20130230T000000_20130301T000000",
        "20130101T000000_20130102T000000_20130103T000000", "20261123T101500Z-", "20261123T101500Z-0",
        "20261123T101500Z-01",
        "20261123T101500-1", "20261123T101500Z--1", "20261123T101500Z-99999999999999999999",
    ])
    func aStemThatIsNoneIsRefused(stem: String) {
        #expect(SnapshotName(stem: stem) == nil)
    }

    @Test func fileNamesAreReadBack() {
        let name = SnapshotName.window(Fixture.day)
        #expect(SnapshotFileName(name.manifestName) == .manifest(name))
        #expect(SnapshotFileName(name.archiveName(revision: 7)) == .archive(name, revision: 7))
        let partial = SnapshotFileName.partial(name.archiveName(revision: 7))
        #expect(partial == ".20130101T000000_20130102T000000.r7.ndjson.gz.partial")
        #expect(SnapshotFileName(partial) == .partial(of: name.archiveName(revision: 7)))
    }

    @Test(arguments: [
        "README", ".", ".partial", "20130101T000000_20130102T000000.r0.ndjson.gz",
        "20130101T000000_20130102T000000.ndjson.gz", "20130101T000000_20130102T000000.r1.ndjson",
        "20130101T000000_20130102T000000.manifest.json", "_20130101T000000.manifest.json", "x.r1.ndjson.gz",
    ])
    func otherNamesAreForeign(name: String) {
        #expect(SnapshotFileName(name) == .foreign)
    }

    @Test func windowsSortByTimeAndCapturesBySequence() {
        let (first, second) = (Fixture.day, Fixture.window("2013-01-02", "2013-01-03"))
        let sorted: [SnapshotName] = [
            .window(first), .window(second), .capture(at: Fixture.capturedAt, sequence: 2),
            .capture(at: Fixture.capturedAt, sequence: 10),
        ]
        #expect(sorted.reversed().sorted() == sorted)
    }

    @Test func theLayoutIsFoundAgain() throws {
        let files = MemoryFiles()
        try files.makeFolder("/v")
        let layout = ArchiveLayout(root: "/v")
        #expect(try layout.sources(files).isEmpty)
        for date in ["2013-01-02", "2013-01-01"] {
            let address = try Fixture.address(Fixture.window(date, "2013-01-09"), task: "../x")
            try files.makeFolders(layout.path(address.folder))
            #expect(
                address.manifestPath
                    == "vault_source=storage-time/vault_task=..%2Fx/vault_date=\(date)/\(address.name.manifestName)")
        }
        try files.makeFolders("/v/vault_source=storage-time/other")
        try files.makeFolders("/v/locks")
        #expect(try layout.sources(files) == [.storageTime])
        #expect(try layout.taskFolderNames(of: .storageTime, files) == ["..%2Fx"])
        #expect(try layout.taskFolderNames(of: .all, files).isEmpty)
        let folder = ArchiveLayout.taskFolder(source: .storageTime, task: try TaskID("../x"))
        let dates = try layout.dateFolders(in: folder, files)
        #expect(dates == ["2013-01-01", "2013-01-02"].map { "\(folder)/vault_date=\($0)" })
        let parsed = try #require(ArchiveLayout.parse(dateFolder: dates[0]))
        #expect(parsed.source == .storageTime && parsed.taskFolderName == "..%2Fx" && parsed.date == "2013-01-01")
        #expect(ArchiveLayout.parse(dateFolder: folder) == nil)
    }

    @Test(arguments: [-62_135_596_800.0, -0.5, 0, 1_795_428_900.999, 253_402_300_799, 1e15])
    func momentsKeepTheirWholeSecond(seconds: Double) {
        let date = Date(timeIntervalSince1970: seconds)
        let whole = date.wholeSecond
        #expect(UTCTime.parse(UTCTime.text(date)) == whole)
        #expect(UTCTime.parse(compact: UTCTime.compact(date)) == whole)
        #expect(seconds > 253_402_300_799 || whole.timeIntervalSince1970 == seconds.rounded(.down))
    }
}
