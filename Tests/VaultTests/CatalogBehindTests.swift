import Archive
import Catalog
import Foundation
import Records
import StorageTime
import Synchronization
import TestSupport
import Testing

@testable import Vault

/// A catalog that is older than the vault's folders, as a file-by-file copy of a vault in use, or a catalog put back,
/// has it.
@Suite struct CatalogBehindTests {
    /// What readers say of a vault.
    private struct View: Equatable {
        var windows: [String] = []
        var rows: [Int] = []
        var gaps: [[Window]] = []
        var series: [String] = []

        init(_ vault: SnapshotVault) throws {
            try vault.forEachSnapshot { windows.append("\($0.path) r\($0.revision) \($0.state)") }
            let status = try vault.status(clock: StorageClock(zoneNamed: "UTC"), settle: Seconds(900), now: testNow)
            rows = status.map(\.rows)
            gaps = status.map(\.gaps)
            series = try vault.series().map { "\($0.task) \($0.source)" }
        }
    }

    private final class Told: Sendable {
        private let all = Mutex<[Notice]>([])
        var notices: [Notice] { all.withLock { $0 } }
        func add(_ notice: Notice) { all.withLock { $0.append(notice) } }
    }

    private static func configuration(_ told: Told) -> VaultConfiguration {
        var configuration = Fixture.configuration()
        configuration.report = { told.add($0) }
        return configuration
    }

    /// What happens to a vault behind the catalog that is put back.
    enum Change: CaseIterable, CustomTestStringConvertible {
        case newDay, newHour, newTask, newCapture, revision, pruned, compacted, manifestGone, dayGone, taskGone, nothing

        var testDescription: String { "\(self)" }
    }

    private static func apply(_ change: Change, _ fixture: Fixture) async throws {
        let locked = try await fixture.vault.lock(TaskID(weather), wait: .no)
        defer { locked.release() }
        let task = fixture.vault.layout.path(ArchiveLayout.taskFolder(source: .storageTime, task: try TaskID(weather)))
        switch change {
        case .newDay: try locked.publish(window(30, 31))
        case .newHour: try locked.publish(window(7, 8))
        case .newTask: try await fixture.seal([3], task: "other")
        case .newCapture: try locked.capture(.all, rows: 4)
        case .revision: try locked.publish(window(1, 2), rows: 5)
        case .pruned: try locked.publish(window(1, 2), rows: 3, state: .pruned)
        case .compacted: _ = try locked.compact(closedUntil: window(48, 49).to, tool: "test 1")
        case .manifestGone: try FileManager.default.removeItem(atPath: fixture.file(".manifest.json", hour: 1))
        case .dayGone: try FileManager.default.removeItem(atPath: "\(task)/vault_date=2026-11-02")
        case .taskGone: try FileManager.default.removeItem(atPath: task)
        case .nothing: break
        }
    }

    @Test(arguments: Sampling.pairs(Change.allCases, [SnapshotVault.Access.existing, .offline]))
    func readersBelieveTheManifestsAndSaySoOnce(change: Change, access: SnapshotVault.Access) async throws {
        let fixture = try Fixture()
        try await fixture.seal([0, 1, 2, 26])
        fixture.vault.close()
        let catalog = "\(fixture.path)/catalog.sqlite"
        let old = try fixture.read(catalog)
        let reopened = Fixture(copying: fixture, vault: try fixture.open())
        try await Self.apply(change, reopened)
        reopened.vault.close()
        try fixture.write(old, to: catalog)
        let truth = try View(fixture.open(.offline))
        let before = fixture.folder.allFiles()
        let told = Told()
        let vault = try SnapshotVault.open(at: fixture.path, access: access, configuration: Self.configuration(told))
        for _ in 0..<2 { #expect(try View(vault) == truth) }
        let isTold = access == .existing && change != .nothing
        #expect(told.notices.map(\.code) == (isTold ? [.catalogBehind] : []))
        vault.close()
        #expect(fixture.folder.allFiles() == before)
        #expect(try fixture.read(catalog) == old)
        // Whoever takes the task brings the catalog up to date.
        let writer = try SnapshotVault.open(
            at: fixture.path, access: .existing, configuration: Self.configuration(told))
        for task in [weather, "other"] { try await writer.lock(TaskID(task), wait: .no).release() }
        let after = told.notices.count
        #expect(try View(writer) == truth)
        #expect(told.notices.count == after)
    }

    @Test func manyFoldersAreToldByTheirTasksTimes() async throws {
        let fixture = try Fixture()
        try await fixture.seal([0, 1, 26])
        let folder = ArchiveLayout.taskFolder(source: .storageTime, task: try TaskID(weather))
        let time = try #require(try fixture.vault.catalog.modificationTime(ofFolder: folder))
        #expect(try fixture.vault.files.modificationTime(ofFolder: fixture.vault.layout.path(folder)) == time)
        try await fixture.seal([2])
        let next = try #require(try fixture.vault.catalog.modificationTime(ofFolder: folder))
        #expect(next != time)
        // A folder that is to be read again makes the task one to be looked through.
        var change = IndexChange()
        change.folders = [("\(folder)/vault_date=2026-11-01", nil)]
        try fixture.vault.catalog.apply(change)
        #expect(try fixture.vault.catalog.modificationTime(ofFolder: folder) == nil)
        try await fixture.vault.lock(TaskID(weather), wait: .no).release()
        #expect(try fixture.vault.catalog.modificationTime(ofFolder: folder) != nil)
        _ = try fixture.vault.rebuildCatalog()
        #expect(try fixture.vault.catalog.modificationTime(ofFolder: folder) != nil)
    }

    @Test func aWriterAtWorkIsNotToldOf() async throws {
        let fixture = try Fixture()
        try await fixture.seal([0])
        let told = Told()
        let reader = try SnapshotVault.open(
            at: fixture.path, access: .existing, configuration: Self.configuration(told))
        let locked = try await fixture.vault.lock(TaskID(weather), wait: .no)
        defer { locked.release() }
        for hour in 1..<12 {
            try locked.publish(window(hour, hour + 1))
            // Committed, and the index says that the folder is to be read again.
            var change = IndexChange()
            let address = locked.address(of: try window(hour, hour + 1))
            change.folders = [(address.folder, nil)]
            if hour % 2 == 0 { change.removedPaths = [address.manifestPath] }
            try fixture.vault.catalog.apply(change)
            #expect(try View(reader).rows == [3 * (hour + 1)])
        }
        #expect(told.notices.isEmpty)
    }
}
