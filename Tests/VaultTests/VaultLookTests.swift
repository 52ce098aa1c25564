import Archive
import Foundation
import StorageTime
import TestSupport
import Testing

@testable import Vault

/// Looks at a vault that change nothing: who holds tasks, whether the catalog is up to date, what lies in lost+found.
@Suite struct VaultLookTests {
    @Test func whoHoldsATaskIsToldWithoutTakingIt() async throws {
        let fixture = try Fixture()
        try await fixture.seal([0])
        #expect(try fixture.vault.heldLocks().isEmpty)
        let locked = try await fixture.vault.lock(TaskID(weather), wait: .no)
        #expect(try fixture.vault.heldLocks() == [HeldLock(task: weather, processID: 4711)])
        #expect(try fixture.vault.heldLocks() == [HeldLock(task: weather, processID: 4711)])
        locked.release()
        #expect(try fixture.vault.heldLocks().isEmpty)
        try await fixture.vault.lock(TaskID(weather), wait: .no).release()
    }

    @Test func aCatalogThatIsUpToDateCostsNoManifest() async throws {
        let fixture = try Fixture()
        try await fixture.seal([0, 1, 30])
        let drift = try fixture.vault.findCatalogDrift()
        #expect(drift.folders == 2 && drift.changed == 0 && drift.damages.isEmpty)
    }

    @Test func manifestsThatCameAndWentBesideTheCatalogAreNamed() async throws {
        let fixture = try Fixture()
        try await fixture.seal([0, 1, 30])
        let other = try Fixture()
        try await other.seal([2])
        for suffix in [".manifest.json", ".ndjson.gz"] {
            let from = try other.file(suffix, hour: 2)
            try FileManager.default.copyItem(
                atPath: from, toPath: "\(fixture.path)\(from.dropFirst(other.path.count))")
        }
        try FileManager.default.removeItem(atPath: fixture.file(".manifest.json", hour: 1))
        let day = URL(fileURLWithPath: try fixture.file(".manifest.json", hour: 30)).deletingLastPathComponent().path
        try FileManager.default.removeItem(atPath: day)
        let drift = try fixture.vault.findCatalogDrift()
        #expect(drift.folders == 1 && drift.changed == 1)
        #expect(drift.damages.map(\.code) == [.catalogDiffers, .manifestMissing, .manifestMissing])
        // A look puts nothing right.
        #expect(try fixture.vault.findCatalogDrift().damages.count == 3)
    }

    @Test func whatLiesInLostAndFoundIsCounted() async throws {
        let fixture = try Fixture()
        #expect(try fixture.vault.lostAndFound() == LostAndFound())
        try await fixture.seal([0, 1])
        let path = try fixture.file(".manifest.json", hour: 1)
        try fixture.write(Array("hello".utf8), to: path)
        let report = try await fixture.vault.verify()
        _ = try await fixture.vault.heal(HealPlan(report))
        let found = try fixture.vault.lostAndFound()
        #expect(found.files >= 2 && found.bytes > 5)
        #expect(found.waiting.map(\.name) == [.window(try window(1, 2))])
    }
}
