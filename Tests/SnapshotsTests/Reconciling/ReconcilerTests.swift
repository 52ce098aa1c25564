import Archive
import Foundation
import OctoparseAPI
import Records
import StorageTime
import Synchronization
import TestSupport
import Testing
import Vault

@testable import Snapshots

/// Where every row of the cloud is, against what the vault covers: before, in gaps, behind, in windows that moved.
@Suite struct ReconcilerTests {
    private static func reconcile(_ vault: DamagedVault) async throws -> (Reconciliation, requests: Int) {
        let before = vault.connection.requestCount()
        let report = await Reconciler(connection: vault.connection).run([try TaskID(DamagedVault.task)])
        #expect(report.failed.isEmpty, "\(report.failed)")
        return (try #require(report.tasks.first), vault.connection.requestCount() - before)
    }

    private static func add(_ vault: DamagedVault, _ time: String, text: String = #"{"late":"1"}"#) throws {
        let at = try StorageInstant(parsing: time)
        vault.server.state.withLock { $0.rows.append(.init(at: at, text: text)) }
    }

    private static func take(_ vault: DamagedVault, hours: [Int]) async throws {
        for hour in hours {
            _ = await Backfill(connection: vault.connection).run(
                .init(range: try DamagedVault.hour(hour), step: Seconds(3600)), tasks: [try TaskID(DamagedVault.task)])
        }
    }

    @Test(arguments: IntervalConvention.played)
    func whatIsAllThereAddsUpInAHandfulOfCounts(convention: IntervalConvention) async throws {
        let vault = try DamagedVault()
        vault.server.state.withLock { $0.convention = convention }
        try await vault.backfill()
        let (found, requests) = try await Self.reconcile(vault)
        #expect(found.addsUp && found.total == 48 && found.rows == 48 && found.kept == 0)
        #expect(found.windows >= 6 && found.missing == 0 && found.open == 0)
        #expect(requests <= 10, "\(requests)")
    }

    @Test(arguments: [IntervalConvention.closed, .halfOpen])
    func rowsOutsideOfTheCoverageAreFound(convention: IntervalConvention) async throws {
        let vault = try DamagedVault()
        vault.server.state.withLock { $0.convention = convention }
        try await vault.backfill()
        try Self.add(vault, "2012-12-31 22:00:00")
        try Self.add(vault, "2013-01-01 06:00:00")
        try Self.add(vault, "2013-06-01 00:00:00")
        try Self.add(vault, "2026-11-23 09:45:00")
        try Self.add(vault, "2026-11-23 09:59:00")
        let (found, _) = try await Self.reconcile(vault)
        #expect(found.total == 53 && found.unexplained == 0)
        #expect(found.before?.rows == 1)
        #expect(found.behind?.rows == 2)
        #expect(found.behind?.range.from == (try DamagedVault.range().to))
        #expect(found.open == 2)
        #expect(found.missing == 3 && !found.addsUp)
    }

    @Test(arguments: [IntervalConvention.closed, .halfOpen])
    func gapsThatHoldRowsAreFoundAmongThoseThatDoNot(convention: IntervalConvention) async throws {
        var vault = try DamagedVault(rows: 3, hours: 20)
        // Else an hour more is taken where nothing to the left is covered.
        vault.configuration.interval = convention
        vault.server.state.withLock { $0.convention = convention }
        try vault.forget(hour: 5)
        try vault.forget(hour: 11)
        try await Self.take(vault, hours: [0, 2, 3, 6, 7, 8, 10, 13, 14, 15, 16, 17, 18, 19])
        let (found, _) = try await Self.reconcile(vault)
        #expect(found.unexplained == 0)
        let start = try DamagedVault.hour(0).from
        #expect(found.gaps.map { $0.range.from.seconds(since: start) / 3600 } == [1, 4, 9, 11])
        #expect(found.gaps.map(\.rows) == [3, 3, 3, 3])
        #expect(found.missing == 12)
    }

    @Test func windowsThatMovedAreNamedAndLossIsNoLack() async throws {
        let vault = try DamagedVault()
        try await vault.backfill()
        try Self.add(vault, "2013-01-01 01:00:07")
        try Self.add(vault, "2013-01-01 01:00:08")
        try vault.forget(hour: 4) { $0 == 3 }
        let (found, _) = try await Self.reconcile(vault)
        #expect(found.grown.map { $0.counted - $0.expected } == [2])
        #expect(found.shrunk.map(\.window) == [try DamagedVault.hour(4)])
        #expect(found.missing == 2 && found.lost == 1 && found.unexplained == 0)
        let (again, _) = try await {
            try vault.forget(hour: 1) { $0 == 1 || $0 == 2 }
            return try await Self.reconcile(vault)
        }()
        #expect(again.unexplained == 0)
    }

    @Test func keptRowsAreTheVaultsSurplus() async throws {
        let vault = try DamagedVault()
        try await vault.backfill()
        try vault.forget(hour: 2) { $0 < 3 }
        _ = await Backfill(connection: vault.connection).run(
            .init(range: try DamagedVault.range(), step: Seconds(3600), isForced: true),
            tasks: [try TaskID(DamagedVault.task)])
        let (found, _) = try await Self.reconcile(vault)
        #expect(found.rows == 48 && found.total == 45 && found.kept == 3)
        #expect(found.addsUp)
    }

    @Test func aTaskOfWhichNothingIsBackedUpIsMissingAsAWhole() async throws {
        let vault = try DamagedVault()
        let (found, _) = try await Self.reconcile(vault)
        #expect(found.missing == 48 && found.rows == 0 && !found.addsUp)
    }

    @Test func aDamagedWindowIsAGap() async throws {
        let vault = try DamagedVault()
        try await vault.backfill()
        try vault.flip(".ndjson.gz", hour: 3, byte: -9)
        #expect(try await !vault.codes().isEmpty)
        let (found, _) = try await Self.reconcile(vault)
        #expect(found.gaps.map(\.range) == [try DamagedVault.hour(3)])
        #expect(found.missing == 8)
    }

    @Test func prunedRowsAreNoLackWhateverTheCloudHasOfThem() async throws {
        var vault = try DamagedVault()
        vault.configuration.interval = .closed
        try await Self.take(vault, hours: [0, 1, 2, 4, 5])
        let task = try await vault.vault.lock(TaskID(DamagedVault.task), wait: .no)
        for hour in [1, 2] {
            var manifest = try vault.manifest(hour: hour)
            manifest.state = .pruned
            manifest.archive = nil
            try task.publish(manifest, draft: nil, at: task.address(of: DamagedVault.hour(hour)))
        }
        task.release()
        try vault.forget(hour: 2) { $0 > 3 }
        let (found, _) = try await Self.reconcile(vault)
        #expect(found.total == 44 && found.rows == 24 && found.pruned == 16)
        #expect(found.gaps.map(\.range) == [try DamagedVault.hour(3)])
        #expect(found.gaps.map(\.rows) == [8] && found.missing == 8)
        #expect(found.shrunk.isEmpty && found.grown.isEmpty && found.unexplained == 0)
    }

    @Test func rowsThatComeWhileCountingAreExplained() async throws {
        let vault = try DamagedVault()
        try await vault.backfill()
        let live = try StorageInstant(parsing: "2026-11-23 09:59:00")
        let server = ModelServer(vault.server.state.withLock { $0.rows }) { _, state in
            state.rows.append(.init(at: live, text: #"{"live":"1"}"#))
        }
        let connection = SnapshotConnection(
            vault: vault.vault, pages: server, host: "h", clock: StorageClock(timeZone: .gmt), settle: Seconds(900),
            configuration: vault.configuration, requestCount: { 0 }, now: { DamagedVault.now }, sleep: { _ in })
        let report = await Reconciler(connection: connection).run([try TaskID(DamagedVault.task)])
        let found = try #require(report.tasks.first, "\(report.failed)")
        #expect(found.addsUp, "\(found)")
        #expect(found.open > 0)
    }

    @Test func rowsThatNoStorageTimeHoldsAreUnexplained() async throws {
        let vault = try DamagedVault()
        try await vault.backfill()
        try Self.add(vault, "3500-01-01 00:00:00")
        let (found, _) = try await Self.reconcile(vault)
        #expect(found.unexplained == 1 && !found.addsUp)
    }

    @Test func anotherHostsTaskIsAFailure() async throws {
        let vault = try DamagedVault()
        try await vault.backfill()
        let other = SnapshotConnection(
            vault: vault.vault, pages: vault.server, host: "other", clock: StorageClock(timeZone: .gmt),
            settle: Seconds(900), configuration: vault.configuration, requestCount: { 0 })
        let report = await Reconciler(connection: other).run([try TaskID(DamagedVault.task)])
        #expect(report.tasks.isEmpty && report.failed.count == 1)
    }

    /// Random rows taken and not, late and forgotten: the account adds up to the cloud's total, and what is missing is
    /// what the vault does not hold.
    @Test(arguments: Sampling.quick(2, of: UInt64(1)...12))
    func whatIsMissingIsWhatTheVaultLacks(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        var vault = try DamagedVault(rows: 4, hours: 16)
        let convention: IntervalConvention = [.closed, .halfOpen, .leftOpen][Int.random(in: 0..<3, using: &random)]
        vault.configuration.interval = convention
        vault.server.state.withLock { $0.convention = convention }
        let taken = (0..<16).filter { _ in Int.random(in: 0..<3, using: &random) > 0 }
        try await Self.take(vault, hours: taken)
        for _ in 0..<Int.random(in: 0..<4, using: &random) {
            let at = try DamagedVault.hour(Int.random(in: 0..<16, using: &random)).from
                .advanced(by: Int.random(in: 0..<3600, using: &random))
            vault.server.state.withLock { $0.rows.append(.init(at: at, text: #"{"late":"\#(at)"}"#)) }
        }
        let (found, _) = try await Self.reconcile(vault)
        let held = try vault.rows().values.flatMap(\.self)
        #expect(found.unexplained == 0, "seed \(seed)")
        #expect(found.rows == held.count, "seed \(seed)")
        #expect(found.missing == found.total - held.count, "seed \(seed)")
    }
}
