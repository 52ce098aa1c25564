import Catalog
import Foundation
import Records
import StorageTime
import TestSupport
import Testing

@Suite struct CatalogIndexTests {
    @Test func aSnapshotTakesThePlaceOfTheOneOfItsPath() throws {
        let catalog = try SnapshotCatalog.inMemory(now: testNow)
        var record = snapshot(try hours(0, 1))
        try catalog.apply(change([record, snapshot(try hours(1, 2))]))
        record.revision = 2
        record.rows = 11
        try catalog.apply(change([record]))
        #expect(try catalog.snapshots().map(\.rows) == [11, 10])
        #expect(try catalog.windows(of: "t", source: .storageTime, host: "h").map(\.facts.revision) == [2, 1])
    }

    @Test func windowsOfOneStartComeByTheirEndsAndPaths() throws {
        let catalog = try SnapshotCatalog.inMemory(now: testNow)
        let records = [
            snapshot(try hours(1, 2)), snapshot(try hours(0, 2)), snapshot(try hours(0, 1), name: "_b.manifest.json"),
            snapshot(try hours(0, 1), name: "_a.manifest.json"), snapshot(try hours(0, 3)),
        ]
        try catalog.apply(change(records))
        let windows = try catalog.windows(of: "t", source: .storageTime, host: "h")
        #expect(windows.map(\.path) == [3, 2, 1, 4, 0].map { records[$0].path })
    }

    @Test func removedManifestsTakeTheirWindowsAlong() throws {
        let catalog = try SnapshotCatalog.inMemory(now: testNow)
        let records = [snapshot(try hours(0, 1)), snapshot(try hours(1, 2))]
        try catalog.apply(change(records))
        var removal = IndexChange()
        removal.removedPaths = [records[0].path, "no/such.manifest.json"]
        try catalog.apply(removal)
        #expect(try catalog.windows(of: "t", source: .storageTime, host: "h").map(\.window) == [hours(1, 2)])
        #expect(try catalog.snapshots() == [records[1]])
    }

    @Test func aFolderIsReplacedAsAWhole() throws {
        let catalog = try SnapshotCatalog.inMemory(now: testNow)
        let records = [snapshot(try hours(0, 1)), snapshot(try hours(1, 2)), snapshot(try hours(24, 25))]
        try catalog.apply(change(records))
        let folder = "vault_source=storage-time/vault_task=t/vault_date=2026-11-01"
        try catalog.replace([FolderContent(path: folder, modified: 5, snapshots: [records[1]])])
        #expect(try catalog.snapshots() == [records[1], records[2]])
        let folders = try catalog.folders(below: "vault_source=storage-time/vault_task=t")
        #expect(folders == [folder: 5, "vault_source=storage-time/vault_task=t/vault_date=2026-11-02": nil])
        try catalog.replace([], removing: [folder])
        #expect(try catalog.snapshots() == [records[2]])
        #expect(try catalog.windows(of: "t", source: .storageTime, host: "h").count == 1)
    }

    @Test func foldersBelowATaskAreNotThoseOfATaskWithALongerName() throws {
        let catalog = try SnapshotCatalog.inMemory(now: testNow)
        try catalog.apply(change([snapshot(try hours(0, 1), task: "t"), snapshot(try hours(0, 1), task: "t2")]))
        #expect(try catalog.folders(below: "vault_source=storage-time/vault_task=t").count == 1)
        #expect(try catalog.folders(below: "vault_source=storage-time").count == 2)
    }

    @Test func aCompactedSnapshotCoversByItsParts() throws {
        let catalog = try SnapshotCatalog.inMemory(now: testNow)
        var day = snapshot(try hours(0, 24), rows: 30)
        day.parts = [
            WindowFacts(window: try hours(0, 1), state: .sealed, capturedAt: testNow, total: 30, rows: 30, bytes: 100),
            WindowFacts(window: try hours(1, 2), state: .empty, capturedAt: testNow),
            WindowFacts(window: try hours(3, 24), state: .unproven, capturedAt: testNow, recheckedAt: testNow),
        ]
        try catalog.apply(change([day]))
        let windows = try catalog.windows(of: "t", source: .storageTime, host: "h")
        #expect(windows.map(\.facts) == day.parts)
        #expect(windows.map(\.part) == [0, 1, 2])
        #expect(try catalog.snapshots() == [day])
        let status = try #require(try catalog.status().first)
        #expect(status.snapshots == 1)
        #expect(status.rows == 30)
        #expect(status.gaps == [try hours(2, 3)])
        #expect(try catalog.snapshots(in: hours(10, 11)) == [day])
        try catalog.apply(change([snapshot(try hours(0, 24))]))
        #expect(try catalog.windows(of: "t", source: .storageTime, host: "h").count == 1)
    }

    @Test func aPartOutsideItsSnapshotIsRefusedAndNothingIsWritten() throws {
        let catalog = try SnapshotCatalog.inMemory(now: testNow)
        var day = snapshot(try hours(0, 2))
        day.parts = [WindowFacts(window: try hours(1, 3), state: .sealed, capturedAt: testNow)]
        #expect(throws: CatalogError.self) { try catalog.apply(change([day])) }
        #expect(try catalog.snapshots().isEmpty)
    }

    @Test func aRebuildForgetsTheIndexAndKeepsTheHistory() throws {
        let catalog = try SnapshotCatalog.inMemory(now: testNow)
        let old = snapshot(try hours(0, 1))
        let new = snapshot(try hours(1, 2))
        try catalog.apply(change([old]))
        try catalog.record(RunRecord(job: "j", scheduledAt: testNow, startedAt: testNow))
        try catalog.record([
            RecheckRecord(
                task: "t", source: .storageTime, host: "h", range: try hours(0, 1), countedAt: testNow, total: 1)
        ])
        let folder = "vault_source=storage-time/vault_task=t/vault_date=2026-11-01"
        #expect(try !catalog.isBuilt())
        try catalog.rebuild { add in try add(FolderContent(path: folder, modified: 9, snapshots: [new])) }
        #expect(try catalog.isBuilt())
        #expect(try catalog.snapshots() == [new])
        #expect(try catalog.folders(below: folder) == [folder: 9])
        #expect(try catalog.runs(limit: 9).count == 1)
        #expect(try catalog.rechecks(of: "t", source: .storageTime, host: "h").count == 1)
        let again = try catalog.rebuild(onlyIfUnbuilt: true) { _ in Issue.record("it is built") }
        #expect(!again)
    }

    @Test func aRebuildThatFailsLeavesTheIndexAsItWas() throws {
        struct Stop: Error {}
        let scratch = try Scratch()
        let catalog = try scratch.open()
        let old = snapshot(try hours(0, 1))
        try catalog.apply(change([old]))
        #expect(throws: Stop.self) {
            try catalog.rebuild { add in
                try add(FolderContent(path: "f", modified: 1, snapshots: []))
                throw Stop()
            }
        }
        #expect(try catalog.snapshots() == [old])
        #expect(try catalog.folders(below: "f").isEmpty)
    }

    @Test func aReaderSeesTheOldIndexWhileANewOneIsMade() throws {
        let scratch = try Scratch()
        let catalog = try scratch.open()
        let other = try scratch.open()
        let old = snapshot(try hours(0, 1))
        try catalog.apply(change([old]))
        try catalog.rebuild { add in
            try add(FolderContent(path: "f", modified: 1, snapshots: []))
            #expect(try other.snapshots() == [old])
        }
        #expect(try other.snapshots().isEmpty)
    }
}
