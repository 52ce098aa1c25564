import Archive
import Catalog
import Foundation
import StorageTime
import TestSupport
import Testing
import Vault

/// The catalog is no truth of its own: whatever happens to it is found, and made good from the manifests.
@Suite struct CatalogDamageTests {
    private static func files(_ fixture: Fixture) -> [String] {
        ["", "-wal", "-shm"].map { "\(fixture.path)/catalog.sqlite\($0)" }
    }

    @Test func aCatalogFromAnotherDayIsFoundAndBroughtUpToDate() async throws {
        var fixture = try Fixture()
        try await fixture.seal([0, 1])
        try fixture.vault.catalog.close()
        let old = try fixture.read(Self.files(fixture)[0])
        fixture.vault = try fixture.open()
        try await fixture.seal([1], rows: 5)
        try await fixture.seal([2, 30])
        try fixture.vault.catalog.close()
        for path in Self.files(fixture) { try? FileManager.default.removeItem(atPath: path) }
        try fixture.write(old, to: Self.files(fixture)[0])
        fixture.vault = try fixture.open()
        let report = try await fixture.vault.verify()
        // Once, however many manifests differ.
        #expect(report.damaged.map(\.code) == [.catalogDiffers])
        #expect(report.damaged[0].message.contains("3 manifests"))
        #expect(report.damaged[0].hint.contains("octovault catalog rebuild"))
        let drift = try fixture.vault.findCatalogDrift()
        #expect(drift.damages == report.damaged)
        try await fixture.vault.lock(TaskID(weather), wait: .no).release()
        #expect(try await fixture.vault.verify().damaged.isEmpty)
        #expect(try fixture.status().map(\.rows) == [3 + 5 + 3 + 3])
    }

    @Test func aCatalogOfAnotherVaultIsFoundAndBroughtUpToDate() async throws {
        var fixture = try Fixture()
        try await fixture.seal([0, 1])
        let other = try Fixture()
        try await other.seal([0, 7], task: "other")
        try other.vault.catalog.close()
        try fixture.vault.catalog.close()
        for path in Self.files(fixture) { try? FileManager.default.removeItem(atPath: path) }
        try fixture.write(other.read(Self.files(other)[0]), to: Self.files(fixture)[0])
        fixture.vault = try fixture.open()
        let codes = try await fixture.vault.verify().damaged.map(\.code)
        #expect(Set(codes) == [.catalogDiffers, .manifestMissing])
        _ = try fixture.vault.rebuildCatalog()
        #expect(try await fixture.vault.verify().damaged.isEmpty)
    }

    @Test func aDeletedCatalogIsMadeAgain() async throws {
        var fixture = try Fixture()
        try await fixture.seal([0, 1])
        try fixture.vault.catalog.close()
        for path in Self.files(fixture) { try? FileManager.default.removeItem(atPath: path) }
        fixture.vault = try fixture.open()
        #expect(fixture.vault.notices.map(\.code) == [.catalogRebuilt])
        #expect(try await fixture.vault.verify().damaged.isEmpty)
    }

    /// Without the task's name, of which the catalog keeps the newest: manifests may have others.
    private static func facts(_ statuses: [TaskStatus]?) -> [TaskStatus]? {
        statuses?.map { status in
            var status = status
            status.name = ""
            return status
        }
    }

    /// Bits flipped all over the file: each is found, or changes nothing that is ever answered; and a rebuild heals
    /// all.
    @Test(arguments: Sampling.quick(1, of: 1...3))
    func damagedPagesAreFoundAndARebuildHealsThem(seed: Int) async throws {
        var random = SeededGenerator(seed: UInt64(seed))
        var fixture = try Fixture()
        try await fixture.seal(Array(0..<40))
        let expected = try fixture.status()
        try fixture.vault.catalog.close()
        let path = Self.files(fixture)[0]
        let sound = try fixture.read(path)
        for round in 0..<Sampling.number(2, of: 12) {
            var bytes = sound
            for _ in 0..<(1 << Int.random(in: 0..<6, using: &random)) {
                bytes[Int.random(in: 100..<bytes.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            }
            for path in Self.files(fixture) { try? FileManager.default.removeItem(atPath: path) }
            try fixture.write(bytes, to: path)
            fixture.vault = try fixture.open()
            let status = try? fixture.status()
            let report = try? await fixture.vault.verify()
            #expect(
                Self.facts(status) == Self.facts(expected) || report?.damaged.isEmpty != true,
                "seed \(seed), round \(round): \(String(describing: status))")
            _ = try fixture.vault.rebuildCatalog()
            #expect(try fixture.status() == expected, "seed \(seed), round \(round)")
            #expect(try await fixture.vault.verify().damaged.isEmpty, "seed \(seed), round \(round)")
            try fixture.vault.catalog.close()
        }
    }
}
