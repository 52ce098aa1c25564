import Archive
import Foundation
import Records
import StorageTime
import Synchronization
import TestSupport
import Testing
import Vault

@testable import Snapshots

/// What `verify` found is missing from then on, and the next backfill brings back what the cloud still has.
@Suite struct BackfillAfterDamageTests {
    /// The byte in the middle of one of the archive's members.
    private static func middle(ofMember index: Int, _ vault: DamagedVault, hour: Int) throws -> Int {
        let members = try #require(try vault.manifest(hour: hour).archive?.members)
        try #require(members.count > 2)
        return members[index].offset + members[index].bytes / 2
    }

    @Test func aDamagedArchiveIsMissingUntilItIsTakenAgain() async throws {
        let vault = try DamagedVault()
        try await vault.backfill()
        try vault.flip(".gz", hour: 5, byte: Self.middle(ofMember: 1, vault, hour: 5))
        #expect(try vault.status()?.gaps == [], "nobody has looked yet")
        #expect(try await vault.codes() == ["member-corrupt"])
        #expect(try vault.status()?.gaps == [DamagedVault.hour(5)])
        #expect(try await vault.codes() == ["member-corrupt"], "looking again finds it again")
        let summary = try await vault.backfill()
        #expect(summary.sealed == 1 && summary.skipped == 5 && summary.failed.isEmpty)
        #expect(try await vault.codes(deep: true) == [])
        #expect(try vault.rows() == vault.served())
        #expect(try vault.status()?.gaps == [])
        #expect(try vault.manifest(hour: 5).state == .sealed)
        let before = vault.connection.requestCount()
        #expect(try await vault.backfill().skipped == 6)
        #expect(vault.connection.requestCount() == before)
    }

    @Test func theDamagedFilesAreKeptAndNotLookedAtAgain() async throws {
        let vault = try DamagedVault()
        try await vault.backfill()
        let archive = try vault.read(vault.file(".gz", hour: 2))
        try vault.flip(".gz", hour: 2, byte: 40)
        _ = try await vault.codes()
        try await vault.backfill()
        let lost = try await vault.vault.verify().lostAndFound
        #expect(lost.count == 2 && lost.allSatisfy { $0.contains(".replaced-") })
        let kept = try vault.read("\(vault.vault.root)/\(lost.first { $0.hasSuffix(".gz") } ?? "")")
        #expect(kept.count == archive.count)
        #expect(try vault.manifest(hour: 2).kept == 0)
    }

    @Test func rowsThatStillReadAndThatTheCloudLostAreKeptAndTheWindowDoesNotLookProven() async throws {
        let vault = try DamagedVault()
        try await vault.backfill()
        let before = try vault.rows()
        let lost = try vault.manifest(hour: 1).archive?.members[1].rows ?? 0
        try vault.flip(".gz", hour: 1, byte: Self.middle(ofMember: 1, vault, hour: 1))
        _ = try await vault.codes()
        try vault.forget(hour: 1)
        let summary = try await vault.backfill()
        #expect(summary.unproven == 1 && summary.failed.isEmpty)
        let manifest = try vault.manifest(hour: 1)
        #expect(manifest.state == .unproven && manifest.total == manifest.edgeRows)
        #expect(manifest.rows == 8 - lost)
        #expect(manifest.kept == manifest.rows)
        let after = try vault.rows()
        #expect(Set(after[1] ?? []).isSubset(of: before[1] ?? []) && after[1]?.count == 8 - lost)
        #expect(try vault.status()?.unproven == [DamagedVault.hour(1)])
        #expect(try await vault.codes(deep: true) == [])
        // Taken once more, what is lost is still lost.
        let forced = await Backfill(connection: vault.connection).run(
            .init(range: try DamagedVault.range(), step: Seconds(3600), isForced: true),
            tasks: [try TaskID(DamagedVault.task)])
        #expect(forced.failed.isEmpty)
        #expect(try vault.manifest(hour: 1).state == .unproven)
        #expect(try vault.rows() == after)
    }

    @Test func lostRowsThatTheCloudStillHasAreProvenBackThoughItForgotTheOthers() async throws {
        let vault = try DamagedVault()
        try await vault.backfill()
        let before = try vault.rows()
        let members = try #require(try vault.manifest(hour: 1).archive?.members)
        try vault.flip(".gz", hour: 1, byte: Self.middle(ofMember: 0, vault, hour: 1))
        _ = try await vault.codes()
        try vault.forget(hour: 1) { $0 >= members[0].rows }
        #expect(try await vault.backfill().sealed == 1)
        let manifest = try vault.manifest(hour: 1)
        #expect(manifest.state == .sealed && manifest.kept == 8 - members[0].rows && manifest.rows == 8)
        #expect(try vault.rows() == before)
    }

    @Test func anArchiveThatIsGoneComesBackFromTheCloudOrIsUnproven() async throws {
        let vault = try DamagedVault()
        try await vault.backfill()
        for hour in [1, 2] { try FileManager.default.removeItem(atPath: vault.file(".gz", hour: hour)) }
        #expect(try await vault.codes() == ["archive-missing", "archive-missing"])
        try vault.forget(hour: 2)
        let summary = try await vault.backfill()
        #expect(summary.sealed == 1 && summary.unproven == 1)
        #expect(try vault.manifest(hour: 1).state == .sealed)
        #expect(try vault.manifest(hour: 2).state == .unproven && vault.manifest(hour: 2).rows == 0)
        #expect(try await vault.codes() == [])
    }

    @Test(arguments: Sampling.quick(1, of: [20, 300, -3]))
    func aDamagedManifestCostsNoRowWhereItsArchiveReads(byte: Int) async throws {
        let vault = try DamagedVault()
        try await vault.backfill()
        let before = try vault.rows()
        // In place: the folder's own time does not tell.
        try vault.flip(".manifest.json", hour: 3, byte: byte)
        #expect(try await vault.codes().count == 1)
        try vault.forget(hour: 3)
        let summary = try await vault.backfill()
        // The window before is taken again as well, for a row at its end went.
        #expect(summary.sealed == 2 && summary.failed.isEmpty)
        #expect(try vault.manifest(hour: 3).state == .sealed && vault.manifest(hour: 3).kept == 8)
        #expect(try vault.rows() == before)
        #expect(try await vault.codes(deep: true) == [])
    }

    @Test func anArchiveCutShortBehindADamagedManifestGivesTheMembersBeforeTheCut() async throws {
        let vault = try DamagedVault()
        try await vault.backfill()
        let members = try #require(try vault.manifest(hour: 3).archive?.members)
        let archive = try vault.file(".gz", hour: 3)
        try vault.write(Array(vault.read(archive).dropLast(5)), to: archive)
        try vault.flip(".manifest.json", hour: 3, byte: 50)
        _ = try await vault.codes()
        try vault.forget(hour: 3)
        try await vault.backfill()
        #expect(try vault.manifest(hour: 3).state == .unproven)
        #expect(try vault.rows()[3]?.count == members.dropLast().reduce(0) { $0 + $1.rows })
    }

    @Test func swappedArchivesGiveNoRowToTheWrongWindow() async throws {
        let vault = try DamagedVault()
        try await vault.backfill()
        let before = try vault.rows()
        let (first, second) = try (vault.file(".gz", hour: 0), vault.file(".gz", hour: 4))
        let (one, other) = try (vault.read(first), vault.read(second))
        try vault.write(other, to: first)
        try vault.write(one, to: second)
        #expect(try await vault.codes().count >= 2)
        try vault.forget(hour: 4)
        try await vault.backfill()
        #expect(try vault.rows()[0] == before[0] && vault.rows()[4] == [])
        #expect(try vault.manifest(hour: 4).state == .unproven)
    }

    @Test func aWindowWhoseServerFailsStaysMissingAndLosesNothing() async throws {
        let vault = try DamagedVault()
        try await vault.backfill()
        let before = try vault.rows()
        try vault.flip(".gz", hour: 1, byte: Self.middle(ofMember: 1, vault, hour: 1))
        _ = try await vault.codes()
        vault.server.state.withLock { $0.ignoresInterval = true }
        #expect(try await vault.backfill().failed.count == 1)
        vault.server.state.withLock { $0.ignoresInterval = false }
        // The catalog's word is not needed to know what is set aside.
        _ = try vault.vault.rebuildCatalog()
        #expect(try vault.status()?.gaps == [DamagedVault.hour(1)])
        #expect(try await vault.backfill().sealed == 1)
        #expect(try vault.rows() == before)
    }

    @Test func damageThatForcedTakingMeetsIsHealedOnTheWay() async throws {
        let vault = try DamagedVault()
        try await vault.backfill()
        let before = try vault.rows()
        try vault.flip(".gz", hour: 1, byte: Self.middle(ofMember: 1, vault, hour: 1))
        try FileManager.default.removeItem(atPath: vault.file(".gz", hour: 3))
        try vault.forget(hour: 1) { $0 == 0 }
        let summary = await Backfill(connection: vault.connection).run(
            .init(range: try DamagedVault.range(), step: Seconds(3600), isForced: true),
            tasks: [try TaskID(DamagedVault.task)])
        #expect(summary.failed.isEmpty, "\(summary.failed)")
        #expect(try vault.rows() == before)
        #expect(try await vault.codes(deep: true) == [])
        #expect(try vault.status()?.gaps == [])
    }

    @Test func aCopyPutBackInItsPlaceIsSoundAgain() async throws {
        let vault = try DamagedVault()
        try await vault.backfill()
        let path = try vault.file(".gz", hour: 1)
        let sound = try vault.read(path)
        try vault.flip(".gz", hour: 1, byte: 60)
        _ = try await vault.codes()
        try vault.write(sound, to: path)
        #expect(try await vault.codes() == [])
        #expect(try vault.status()?.gaps == [])
        #expect(try await vault.backfill().skipped == 6)
    }

    /// Whatever is damaged and whatever the cloud forgot: no row twice, none lost that reads or that the cloud has, and
    /// a window is sealed only with all that it had.
    @Test(arguments: Sampling.quick(2, of: UInt64(1)...8))
    func anyDamageHealsAsFarAsItCan(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let vault = try DamagedVault(rows: 10)
        try await vault.backfill()
        let before = try vault.rows()
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let hour = Int.random(in: 0..<6, using: &random)
            let suffix = Bool.random(using: &random) ? ".gz" : ".manifest.json"
            guard let path = try? vault.file(suffix, hour: hour) else { continue }
            let bytes = try vault.read(path)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: try FileManager.default.removeItem(atPath: path)
            case 1: try vault.write(Array(bytes.prefix(Int.random(in: 0..<bytes.count, using: &random))), to: path)
            default: try vault.flip(suffix, hour: hour, byte: Int.random(in: 0..<bytes.count, using: &random))
            }
        }
        #expect(try await !vault.codes().isEmpty, "seed \(seed)")
        for hour in 0..<6 where Bool.random(using: &random) {
            let modulus = Int.random(in: 1...4, using: &random)
            try vault.forget(hour: hour) { $0 % modulus == 0 }
        }
        let summary = try await vault.backfill()
        #expect(summary.failed.isEmpty, "seed \(seed): \(summary.failed)")
        #expect(try await vault.codes(deep: true) == [], "seed \(seed)")
        let (after, served) = try (vault.rows(), vault.served())
        for hour in 0..<6 {
            let rows = after[hour] ?? []
            #expect(Set(rows).count == rows.count, "seed \(seed), hour \(hour): a row came twice")
            #expect(Set(rows).isSubset(of: before[hour] ?? []), "seed \(seed), hour \(hour)")
            #expect(Set(rows).isSuperset(of: served[hour] ?? []), "seed \(seed), hour \(hour)")
            let manifest = try vault.manifest(hour: hour)
            if manifest.state == .sealed, !vault.hasLost(".manifest.json", hour: hour) {
                #expect(rows == before[hour], "seed \(seed), hour \(hour)")
            }
        }
    }
}

extension DamagedVault {
    /// Whether an hour's file went without a trace that would tell what it held.
    fileprivate func hasLost(_ suffix: String, hour: Int) -> Bool {
        guard let stem = try? Self.hour(hour).from.compact else { return false }
        return folder.allFiles().contains {
            $0.contains("lost+found") && $0.contains("\(stem)_") && $0.hasSuffix(".gz")
        }
            && !folder.allFiles().contains {
                $0.contains("lost+found") && $0.contains("_\(stem)_") && $0.hasSuffix(suffix)
            }
    }
}
