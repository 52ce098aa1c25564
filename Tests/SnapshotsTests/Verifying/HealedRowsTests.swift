import Archive
import Foundation
import Records
import RowJSON
import StorageTime
import Synchronization
import TestSupport
import Testing
import Vault

@testable import Snapshots

/// What is restored of a window that was damaged and taken again.
@Suite struct HealedRowsTests {
    /// Rows of one hour, two an answer and so two a member.
    private func vault(hours: Int = 1) throws -> DamagedVault {
        var vault = try DamagedVault(rows: 4, hours: hours)
        vault.configuration.pageSize = 2
        return vault
    }

    private func heal(_ vault: DamagedVault, byHand: Bool, hours: Int = 1) async throws {
        let report = try await vault.vault.verify()
        #expect(!report.damaged.isEmpty)
        if byHand {
            _ = try await vault.vault.heal(HealPlan(report))
            let summary = await Healing(connection: vault.connection).run(
                try HealPlan(report).missingWindows(in: vault.vault))
            #expect(summary.failed.isEmpty)
        } else {
            #expect(try await vault.backfill(hours: hours).failed.isEmpty)
        }
    }

    /// Whatever the answer is, and however many rows it has, rows that read are kept.
    @Test(arguments: Sampling.quick(2, of: 0...6), [true, false])
    func whatReadsIsKeptHoweverManyRowsCameSince(late: Int, byHand: Bool) async throws {
        let vault = try vault()
        try await vault.backfill(hours: 1)
        let before = try vault.rows()[0] ?? []
        try vault.flip(".gz", hour: 0, byte: 20)
        try vault.forget(hour: 0)
        for number in 0..<late { try vault.add("{\"late\":\"\(number)\"}", hour: 0, second: 100 + number) }
        try await heal(vault, byHand: byHand)
        let after = try await vault.vault.restored(DamagedVault.task).rows
        #expect(after.count == 2 + late)
        #expect(after.filter(before.contains).count == 2)
        #expect(try await vault.codes(deep: true) == [])
    }

    /// A server that heeded intervals when the window was taken may have stopped since: then an answer is no window's.
    @Test func healingTakesNoRowsOfAServerThatHasStoppedHeedingIntervals() async throws {
        let vault = try vault(hours: 3)
        try await vault.backfill(hours: 3)
        let before = try vault.rows()
        try vault.flip(".gz", hour: 1, byte: 20)
        let plan = HealPlan(try await vault.vault.verify())
        _ = try await vault.vault.heal(plan)
        let missing = try plan.missingWindows(in: vault.vault)
        vault.server.state.withLock { $0.ignoresInterval = true }
        #expect(await Healing(connection: vault.connection).run(missing).failed.count == 1)
        vault.server.state.withLock { $0.ignoresInterval = false }
        #expect(await Healing(connection: vault.connection).run(missing).failed.isEmpty)
        #expect(try vault.rows() == before)
    }

    /// The same rows give the same bytes: nothing remembered about the damaged ones is about these.
    @Test(arguments: [true, false], [".gz", ".json"])
    func whatWasTakenAgainIsNotDamagedAnyMore(byHand: Bool, suffix: String) async throws {
        let vault = try vault(hours: 2)
        try await vault.backfill(hours: 2)
        let before = vault.committedFiles()
        try vault.flip(suffix, hour: 0, byte: 20)
        try await heal(vault, byHand: byHand, hours: 2)
        let files = vault.folder.allFiles()
        for _ in 0..<3 {
            let requests = vault.server.state.withLock { $0.requests }
            try await vault.backfill(hours: 2)
            #expect(vault.server.state.withLock { $0.requests } == requests, "nothing is due")
            #expect(vault.folder.allFiles() == files)
            #expect(try vault.status()?.gaps == [])
        }
        #expect(vault.committedFiles() == before)
        #expect(try await vault.codes(deep: true) == [])
    }

    /// Which of the archives is damaged, and whether the cloud still has the rows of the newest.
    @Test(arguments: Sampling.quick(1, of: 1...3), [true, false])
    func supersededArchivesAreHealedWithTheirSnapshot(damaged: Int, byHand: Bool) async throws {
        let vault = try vault()
        try await vault.backfill(hours: 1)
        let first = try vault.rows()[0] ?? []
        try await vault.supersede(hour: 0, with: ["{\"second\":\"a\"}", "{\"second\":\"b\"}"])
        try await vault.supersede(hour: 0, with: ["{\"third\":\"a\"}"])
        let all = try await vault.vault.restored(DamagedVault.task).rows
        #expect(all.sorted() == (first + ["{\"second\":\"a\"}", "{\"second\":\"b\"}", "{\"third\":\"a\"}"]).sorted())
        try vault.forget(hour: 0)
        try vault.flip(".r\(damaged).ndjson.gz", hour: 0, byte: 20)
        try await heal(vault, byHand: byHand)
        let lost =
            damaged == 1 ? Set(first.prefix(2)) : Set(all.filter { $0.contains(damaged == 2 ? "second" : "third") })
        let after = try await vault.vault.restored(DamagedVault.task).rows
        #expect(Set(after) == Set(all).subtracting(lost))
        #expect(after.count == all.count - lost.count)
        #expect(try vault.manifest(hour: 0).state == .unproven)
        #expect(try await vault.codes(deep: true) == [])
        #expect(try vault.status()?.gaps == [])
    }
}

extension DamagedVault {
    /// Publishes a revision that shares no row with the one before, which stays beside it, as earlier versions did.
    func supersede(hour: Int, with rows: [String]) async throws {
        let locked = try await vault.lock(try TaskID(Self.task), wait: .polling())
        defer { locked.release() }
        let address = locked.address(of: try Self.hour(hour))
        var manifest = try #require(try locked.manifest(at: address))
        let old = try #require(Manifest.Superseded(manifest))
        let draft = try locked.beginDraft(at: address)
        try draft.append(try EncoderPool(level: 1).encode(block(rows)))
        manifest.superseded.append(old)
        manifest.revision = draft.revision
        manifest.total = draft.rows
        (manifest.edgeRows, manifest.kept, manifest.rows) = (0, 0, draft.rows)
        manifest.columns = draft.columns
        manifest.rowsDigest = draft.digest
        manifest.archive = try draft.finish()
        try locked.publish(manifest, draft: draft, at: address)
    }
}
