import Archive
import Catalog
import Foundation
import Records
import StorageTime
import Synchronization
import TestSupport
import Testing

@testable import Vault

/// What a vault says about its own files is not followed out of it: neither the index's paths, nor links in folders.
@Suite struct VaultTrustTests {
    private static func capture(at path: String, archive: String? = nil) -> SnapshotRecord {
        SnapshotRecord(
            path: path, task: weather, source: .all, window: nil, state: .pruned, host: "h", convention: .closed,
            proof: .twoPasses, capturedAt: testNow, total: 0, rows: 0, bytes: 0, uncompressedBytes: 0,
            rowsDigest: String(repeating: "0", count: 64), archive: archive,
            manifestSHA256: String(repeating: "0", count: 64))
    }

    private static let name = "_20261123T100000Z-1.manifest.json"

    @Test(arguments: [
        "../outside/\(name)", "../outside/precious", "/tmp/x/\(name)", "vault_source=all/../../outside/\(name)",
        "vault_source=all/vault_task=weather/vault_date=2026-11-24/\(name)",
        "vault_source=all/vault_task=other/vault_date=2026-11-23/\(name)",
        "vault_source=all/vault_task=weather/vault_date=../\(name)",
    ])
    func aPathInTheIndexThatIsNoneOfTheSnapshotsIsNeverUsed(path: String) async throws {
        let fixture = try Fixture()
        try await fixture.seal([0])
        try FileManager.default.createDirectory(
            atPath: "\(fixture.folder.path)/outside", withIntermediateDirectories: false)
        for file in [Self.name, "precious"] { try fixture.write([1], to: "\(fixture.folder.path)/outside/\(file)") }
        var change = IndexChange()
        change.written = [Self.capture(at: path)]
        try fixture.vault.catalog.apply(change)
        let before = fixture.folder.allFiles()
        var paths: [String] = []
        do {
            try fixture.vault.forEachArchivePath { paths.append($0) }
        } catch {
            #expect((error as? VaultError)?.code == .catalogDamaged)
        }
        #expect(paths.allSatisfy { $0.hasPrefix("\(fixture.vault.root)/vault_source=storage-time/") })
        let locked = try await fixture.vault.lock(TaskID(weather), wait: .no)
        let series = Series(task: weather, source: .all, host: "h")
        _ = try? locked.prune(series, KeepPolicy([.init(last: 1)]), includingIrreplaceable: true)
        locked.release()
        #expect(fixture.folder.allFiles() == before)
    }

    @Test(arguments: ["../../x", "/etc/passwd", "_20261101T000000_20261102T000000.manifest.json/..", ""])
    func aManifestThatReplacesNoManifestOfItsWindowIsInconsistent(name: String) async throws {
        let fixture = try Fixture()
        let locked = try await fixture.vault.lock(TaskID(weather), wait: .no)
        var manifest = try locked.publish(window(0, 1))
        manifest.replaces = [name]
        let error = #expect(throws: ArchiveError.self) { try manifest.check() }
        #expect(error?.code == .manifestInconsistent)
        locked.release()
    }

    @Test func aDateFolderThatIsALinkIsLeftAloneAndNamed() async throws {
        let fixture = try Fixture()
        try await fixture.seal([0, 26])
        let task = fixture.vault.layout.path(ArchiveLayout.taskFolder(source: .storageTime, task: try TaskID(weather)))
        let outside = "\(fixture.folder.path)/outside"
        try FileManager.default.moveItem(atPath: "\(task)/vault_date=2026-11-01", toPath: outside)
        try FileManager.default.createSymbolicLink(
            atPath: "\(task)/vault_date=2026-11-01", withDestinationPath: outside)
        for file in [
            ".20261101T050000_20261101T060000.r1.ndjson.gz.partial", "20261101T050000_20261101T060000.r1.ndjson.gz",
        ] {
            try fixture.write([1], to: "\(outside)/\(file)")
        }
        let before = fixture.folder.allFiles().filter { $0.hasPrefix("outside") }
        let locked = try await fixture.vault.lock(TaskID(weather), wait: .no)
        #expect(try locked.coverage().covered == WindowSet([try window(26, 27)]))
        let error = #expect(throws: ArchiveError.self) { try locked.publish(window(3, 4)) }
        #expect(error?.code == .cannotWrite)
        try locked.publish(window(27, 28))
        locked.release()
        let report = try await fixture.vault.verify()
        #expect(report.damaged.contains { $0.code == .folderUnreadable && $0.message.contains("symbolic link") })
        #expect(fixture.folder.allFiles().filter { $0.hasPrefix("outside") } == before)
        // A task's folder may be one.
        try FileManager.default.removeItem(atPath: "\(task)/vault_date=2026-11-01")
        try FileManager.default.moveItem(atPath: task, toPath: "\(fixture.folder.path)/elsewhere")
        try FileManager.default.createSymbolicLink(
            atPath: task, withDestinationPath: "\(fixture.folder.path)/elsewhere")
        try await fixture.seal([28])
        #expect(try fixture.status().map(\.rows) == [9])
    }

    @Test func lookingAtATaskChangesNothing() async throws {
        let fixture = try Fixture()
        try await fixture.seal([0, 1])
        fixture.vault.close()
        let folder = try PathText.parent(of: fixture.file(".manifest.json"))
        for file in [
            ".20261101T050000_20261101T060000.r1.ndjson.gz.partial", "20261101T050000_20261101T060000.r1.ndjson.gz",
        ] {
            try fixture.write([1], to: "\(folder)/\(file)")
        }
        let before = fixture.folder.allFiles()
        let vault = try fixture.open(.reading)
        let locked = try await vault.lock(TaskID(weather), wait: .no)
        #expect(try locked.coverage().covered == WindowSet([try window(0, 2)]))
        locked.release()
        vault.close()
        #expect(fixture.folder.allFiles() == before)
    }

    @Test func aHeldCatalogLockHoldsUpNobodyWhoseCatalogIsThere() async throws {
        let fixture = try Fixture()
        try await fixture.seal([0])
        let held = try FileLock.wait(fixture.vault.layout.path("locks/+catalog.lock"), limit: 1)
        defer { held.release() }
        #expect(try fixture.open().isReadOnly == false)
        fixture.vault.close()
        for name in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: "\(fixture.path)/catalog.sqlite\(name)")
        }
        var configuration = Fixture.configuration()
        configuration.lockWait = 0.1
        let vault = try SnapshotVault.open(at: fixture.path, access: .existing, configuration: configuration)
        #expect(vault.isReadOnly && vault.notices.contains { $0.code == .readOnly })
        let error = #expect(throws: VaultError.self) {
            try SnapshotVault.open(at: fixture.path, access: .create, configuration: configuration)
        }
        #expect(error?.code == .busy)
    }

    @Test func aCatalogThatIsALinkOrAnothersDatabaseGetsNoTables() async throws {
        let fixture = try Fixture()
        try await fixture.seal([0])
        fixture.vault.close()
        let catalog = "\(fixture.path)/catalog.sqlite"
        let other = "\(fixture.folder.path)/other.sqlite"
        try FileManager.default.moveItem(atPath: catalog, toPath: other)
        try FileManager.default.createSymbolicLink(atPath: catalog, withDestinationPath: other)
        let content = try fixture.read(other)
        let vault = try fixture.open()
        #expect(vault.notices.map(\.code) == [.catalogRebuilt])
        vault.close()
        #expect(try fixture.read(other) == content)
    }

    @Test func pruningMakesRoomOnAFullDisk() async throws {
        let fixture = try Fixture()
        try await fixture.seal([0, 1, 20])
        fixture.vault.close()
        let vault = try fixture.open(.pruning, files: FullFiles())
        let locked = try await vault.lock(TaskID(weather), wait: .no)
        let series = Series(task: weather, source: .storageTime, host: "h")
        let report = try locked.prune(
            series, KeepPolicy([.init(within: Seconds(3600))]), includingIrreplaceable: true)
        #expect(report.removedSnapshots == 2 && report.leftovers.isEmpty)
        locked.release()
        #expect(try await vault.verify().damaged.isEmpty)
    }
}

/// The real disk, full until an archive is removed.
private final class FullFiles: Files {
    private let disk = DiskFiles()
    private let isFull = Mutex(true)

    func create(_ path: String) throws(ArchiveError) -> any FileWriter {
        if isFull.withLock({ $0 }) { throw ArchiveError(.cannotWrite, "cannot write \(path)", cause: DiskFull()) }
        return try disk.create(path)
    }

    func remove(_ path: String) throws(ArchiveError) {
        try disk.remove(path)
        if path.hasSuffix(".gz") { isFull.withLock { $0 = false } }
    }

    func open(_ path: String) throws(ArchiveError) -> any FileReader { try disk.open(path) }
    func replace(_ final: String, with path: String) throws(ArchiveError) { try disk.replace(final, with: path) }
    func move(_ path: String, to final: String) throws(ArchiveError) { try disk.move(path, to: final) }
    func synchronize(folder path: String) throws(ArchiveError) { try disk.synchronize(folder: path) }
    func makeFolder(_ path: String) throws(ArchiveError) -> Bool { try disk.makeFolder(path) }
    func list(_ path: String) throws(ArchiveError) -> [String] { try disk.list(path) }
    func status(_ path: String) throws(ArchiveError) -> FileStatus? { try disk.status(path) }
}
