import Archive
import Catalog
import Foundation
import Records
import StorageTime
import TestSupport
import Testing

@testable import Vault

@Suite struct VaultReadTests {
    @Test func aListIsInWindowOrderWithPathsOfArchivesThatExist() async throws {
        let fixture = try Fixture()
        try await fixture.seal([5, 0, 30, 2])
        let locked = try await fixture.vault.lock(TaskID(weather), wait: .no)
        try locked.publish(window(3, 4), rows: 0, state: .empty)
        var windows: [Window?] = []
        try fixture.vault.forEachSnapshot { windows.append($0.window) }
        #expect(
            windows == [try window(0, 1), try window(2, 3), try window(3, 4), try window(5, 6), try window(30, 31)])
        var paths: [String] = []
        try fixture.vault.forEachArchivePath { paths.append($0) }
        #expect(paths.count == 4)
        #expect(paths.allSatisfy(FileManager.default.fileExists(atPath:)))
        paths = []
        try fixture.vault.forEachArchivePath(in: window(4, 31)) { paths.append($0) }
        #expect(paths.count == 2)
    }

    @Test func aSnapshotIsOpenedWithItsArchive() async throws {
        let fixture = try Fixture()
        try await fixture.seal([0], rows: 3)
        let path = try #require(try fixture.vault.catalog.snapshots().first?.path)
        let snapshot = try #require(try fixture.vault.openSnapshot(at: path))
        #expect(snapshot.manifest.rows == 3)
        var rows = 0
        try snapshot.archive?.forEachMember { _, ndjson in rows += ndjson.count { $0 == 0x0A } }
        #expect(rows == 3)
    }

    @Test func anArchiveThatGoesWhileItIsReadLeadsToTheNewerManifest() async throws {
        let fixture = try Fixture()
        try await fixture.seal([0], rows: 3)
        let path = try #require(try fixture.vault.catalog.snapshots().first?.path)
        // Between a reader's manifest and its archive, a writer publishes the next revision.
        let writer = Fixture.configuration()
        let root = fixture.path
        let files = InterruptingFiles {
            let vault = try SnapshotVault.open(at: root, access: .existing, configuration: writer)
            let locked = try #require(try vault.lockIfFree(TaskID(weather)))
            try locked.publish(window(0, 1), rows: 5)
        }
        let snapshot = try fixture.open(files: files).openSnapshot(at: path)
        #expect(files.isDone)
        #expect(snapshot?.manifest.rows == 5)
        #expect(snapshot?.archive?.facts.rows == 5)
    }

    @Test func anArchiveThatIsGoneForGoodIsDamage() async throws {
        let fixture = try Fixture()
        try await fixture.seal([0])
        let path = try #require(try fixture.vault.catalog.snapshots().first?.path)
        try FileManager.default.removeItem(atPath: fixture.file(".gz"))
        let error = #expect(throws: VaultError.self) { try fixture.vault.openSnapshot(at: path) }
        #expect(error?.code == .damaged)
        try FileManager.default.removeItem(atPath: fixture.file(".manifest.json"))
        #expect(try fixture.vault.openSnapshot(at: path) == nil)
    }
}
