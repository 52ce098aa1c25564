import Archive
import Catalog
import Foundation
import StorageTime
import Synchronization
import TestSupport
import Testing

@testable import Vault

/// A window that is damaged, set aside and taken again, over and over: what was dealt with is never taken for what is
/// damaged now, nor the other way round.
@Suite struct DamageAgainTests {
    private final class Clock: Sendable {
        private let instant = Mutex(testNow)
        var now: Date { instant.withLock { $0 } }
        func move(_ seconds: Double) { instant.withLock { $0 += seconds } }
    }

    private static func fixture(_ clock: Clock) async throws -> Fixture {
        var fixture = try Fixture()
        var configuration = Fixture.configuration()
        configuration.now = { clock.now }
        fixture.vault = try SnapshotVault.open(at: fixture.path, access: .existing, configuration: configuration)
        try await fixture.seal([0, 1, 2])
        return fixture
    }

    /// Flips a bit of the archive of the hour from 1 to 2, in its place.
    private static func flip(_ fixture: Fixture) throws {
        let inPlace = fixture.folder.allFiles().filter {
            $0.hasSuffix(".gz") && $0.contains("T010000_") && !$0.contains("lost+found")
        }
        let path = "\(fixture.folder.path)/\(try #require(inPlace.first))"
        var bytes = try fixture.read(path)
        bytes[bytes.count / 2] ^= 1
        try fixture.write(bytes, to: path)
    }

    private static func expectSound(_ fixture: Fixture, _ moment: String) async throws {
        let locked = try await fixture.vault.lock(TaskID(weather), wait: .no)
        #expect(locked.damagedSnapshots.isEmpty, "\(moment)")
        #expect(try locked.coverage().covered.seconds == 3 * 3600, "\(moment)")
        locked.release()
        #expect(try fixture.vault.catalog.damages().isEmpty, "\(moment)")
        #expect(try fixture.vault.lostAndFound().waiting.isEmpty, "\(moment)")
        #expect(try await fixture.vault.verify().damaged.isEmpty, "\(moment)")
    }

    /// The clock stands still, goes on, or is set back between the damages.
    @Test(arguments: Sampling.quick(1, of: [0, 1, -1, 3600, -3600, -86400]), [true, false])
    func damageOfTheSameWindowIsKnownEachTimeWhateverTheClockSays(seconds: Double, byHand: Bool) async throws {
        let clock = Clock()
        let fixture = try await Self.fixture(clock)
        for round in 1...3 {
            clock.move(seconds)
            try Self.flip(fixture)
            let report = try await fixture.vault.verify()
            #expect(!report.damaged.isEmpty)
            if byHand { _ = try await fixture.vault.heal(HealPlan(report)) }
            let locked = try await fixture.vault.lock(TaskID(weather), wait: .no)
            #expect(try locked.damagedSnapshots == [locked.address(of: window(1, 2))], "round \(round)")
            locked.release()
            try await fixture.seal([1])
            try await Self.expectSound(fixture, "round \(round)")
        }
    }

    /// The process ends between the commit and its entry in the index: the index still says what it said before.
    @Test(arguments: Sampling.quick(1, of: [0, -3600.0]), [true, false])
    func aCrashBehindTheCommitLeavesNothingDamaged(seconds: Double, isOld: Bool) async throws {
        let clock = Clock()
        let fixture = try await Self.fixture(clock)
        try Self.flip(fixture)
        _ = try await fixture.vault.verify()
        clock.move(seconds)
        let locked = try await fixture.vault.lock(TaskID(weather), wait: .no)
        let address = try locked.address(of: window(1, 2))
        try locked.quarantine(address)
        let before = try fixture.vault.catalog.damages()
        #expect(before.map(\.path) == [address.manifestPath])
        try locked.publish(window(1, 2))
        locked.release()
        try fixture.vault.catalog.record(before)
        var change = IndexChange()
        change.folders = [(address.folder, nil)]
        try fixture.vault.catalog.apply(change)
        // Whether what was set aside was already noted to be over.
        if isOld { try Self.rename(fixture, address, from: "replaced", to: "damaged") }
        if isOld { try await Self.expectSound(fixture, "after the crash") }
        try Self.flip(fixture)
        #expect(try await fixture.vault.verify().damaged.count == 1)
        let again = try await fixture.vault.lock(TaskID(weather), wait: .no)
        #expect(again.damagedSnapshots == [address])
    }

    /// The process ends between moving the files and the entry in the index.
    @Test func aCrashBehindTheMoveLeavesTheWindowToBeTakenOnce() async throws {
        let clock = Clock()
        let fixture = try await Self.fixture(clock)
        try Self.flip(fixture)
        _ = try await fixture.vault.verify()
        let known = try fixture.vault.catalog.damages()
        let indexed = try fixture.vault.catalog.snapshots()
        let locked = try await fixture.vault.lock(TaskID(weather), wait: .no)
        let address = try locked.address(of: window(1, 2))
        try locked.quarantine(address)
        locked.release()
        try fixture.vault.catalog.record(known)
        var change = IndexChange()
        change.written = indexed.filter { $0.path == address.manifestPath }
        change.folders = [(address.folder, nil)]
        try fixture.vault.catalog.apply(change)
        try await fixture.seal([1])
        try fixture.vault.catalog.record(try fixture.vault.catalog.damages())
        try await Self.expectSound(fixture, "taken again")
    }

    /// What was set aside long ago and dealt with stays so when the manifest that took its place goes into a day's.
    @Test(arguments: ["compacted", "compacted, and the catalog made anew"])
    func whatWasDealtWithIsNotMissingOnceItsDayIsCompacted(_ how: String) async throws {
        let fixture = try await Self.fixture(Clock())
        try Self.flip(fixture)
        _ = try await fixture.vault.verify()
        try await fixture.seal([1])
        let locked = try await fixture.vault.lock(TaskID(weather), wait: .no)
        let address = try locked.address(of: window(1, 2))
        // As a crash behind the entry in the index leaves it.
        try Self.rename(fixture, address, from: "replaced", to: "damaged")
        #expect(try locked.compact(closedUntil: window(48, 49).to, tool: "test 1").days == 1)
        locked.release()
        if how != "compacted" { _ = try fixture.vault.rebuildCatalog() }
        try await Self.expectSound(fixture, how)
        #expect(try fixture.status().map(\.gaps) == [[]])
    }

    private static func rename(_ fixture: Fixture, _ address: SnapshotAddress, from: String, to: String) throws {
        let parent = fixture.vault.layout.path("lost+found/\(address.folder)")
        for name in try FileManager.default.contentsOfDirectory(atPath: parent) where name.contains(".\(from)-") {
            try FileManager.default.moveItem(
                atPath: "\(parent)/\(name)",
                toPath: "\(parent)/\(name.replacingOccurrences(of: ".\(from)-", with: ".\(to)-"))")
        }
    }
}
