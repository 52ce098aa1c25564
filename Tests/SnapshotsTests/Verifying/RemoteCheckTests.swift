import Archive
import Catalog
import Foundation
import Records
import StorageTime
import Synchronization
import TestSupport
import Testing
import Vault

@testable import Snapshots

/// What the API says now of what was sealed: grown, shrunk or equal, in few requests.
@Suite struct RemoteCheckTests {
    private static func check(
        _ vault: DamagedVault, deep: Bool = false, longest: Int = 256, in range: Window? = nil
    ) async throws -> (RemoteReport, requests: Int) {
        let before = vault.connection.requestCount()
        let report = await RemoteCheck(connection: vault.connection, isDeep: deep, longest: deep ? 1 : longest)
            .run([try TaskID(DamagedVault.task)], in: range)
        #expect(report.failed.isEmpty, "\(report.failed)")
        return (report, vault.connection.requestCount() - before)
    }

    private static func add(_ vault: DamagedVault, hour: Int, second: Int = 7, text: String = #"{"late":"1"}"#) throws {
        let at = try DamagedVault.hour(hour).from.advanced(by: second)
        vault.server.state.withLock { $0.rows.append(.init(at: at, text: text)) }
    }

    @Test(arguments: IntervalConvention.played)
    func whatIsAsItWasCostsOneCount(convention: IntervalConvention) async throws {
        let vault = try DamagedVault()
        vault.server.state.withLock { $0.convention = convention }
        try await vault.backfill()
        let (report, requests) = try await Self.check(vault)
        // One more asks whether the server heeds from and to.
        #expect(requests == 2)
        #expect(report.equalWindows == report.windows && report.windows >= 6)
        #expect(report.equal.count == 1)
        #expect(try report.equal.first?.range.contains(DamagedVault.range()) == true)
    }

    @Test(arguments: Sampling.quick(2, of: [1, 2, 3, 256]))
    func grownAndShrunkWindowsAreFoundAndConfirmed(longest: Int) async throws {
        let vault = try DamagedVault()
        try await vault.backfill()
        try Self.add(vault, hour: 1)
        try Self.add(vault, hour: 1)
        try vault.forget(hour: 4) { $0 == 3 }
        let (report, _) = try await Self.check(vault, longest: longest)
        #expect(report.grown.map(\.window) == [try DamagedVault.hour(1)])
        #expect(report.grown.map { $0.counted - $0.expected } == [2])
        #expect(report.shrunk.map(\.window) == [try DamagedVault.hour(4)])
        #expect(report.shrunk.map { $0.counted - $0.expected } == [-1])
        #expect(report.equalWindows == 4)
    }

    @Test func changesThatCancelOutInOneCountAreFoundByADeepLook() async throws {
        let vault = try DamagedVault()
        try await vault.backfill()
        try Self.add(vault, hour: 1)
        try vault.forget(hour: 1) { $0 == 3 }
        #expect(try await Self.check(vault).0.equalWindows == 6, "the number is the same")
        let (report, _) = try await Self.check(vault, deep: true)
        #expect(report.changed == [.init(task: "t", window: try DamagedVault.hour(1), new: 1, gone: 1)])
        #expect(report.equalWindows == 5)
    }

    @Test func anotherOrderIsNoChange() async throws {
        var vault = try DamagedVault()
        vault.configuration.pageSize = 100
        vault.server.state.withLock { state in
            let at = state.rows[0].at
            for index in 0..<8 { state.rows[index].at = at }
        }
        try await vault.backfill()
        vault.server.state.withLock { $0.rows[0..<8].reverse() }
        let (report, _) = try await Self.check(vault, deep: true)
        #expect(report.reordered.map(\.range) == [try DamagedVault.hour(0)])
        #expect(report.changed.isEmpty && report.equalWindows == 5)
    }

    @Test func rowsThatTheCloudWasKnownToHaveLostAreNoChange() async throws {
        let vault = try DamagedVault()
        try await vault.backfill()
        try vault.forget(hour: 2) { $0 < 3 }
        _ = await Backfill(connection: vault.connection).run(
            .init(range: try DamagedVault.range(), step: Seconds(3600), isForced: true),
            tasks: [try TaskID(DamagedVault.task)])
        let (report, _) = try await Self.check(vault, deep: true)
        #expect(report.equalWindows == 6 && report.changed.isEmpty && report.shrunk.isEmpty)
    }

    @Test func onlyTheRangeIsLookedAt() async throws {
        let vault = try DamagedVault()
        try await vault.backfill()
        try Self.add(vault, hour: 1)
        #expect(try await Self.check(vault, in: DamagedVault.hour(2)).0.windows == 1)
        #expect(try await Self.check(vault, in: DamagedVault.hour(1)).0.grown.count == 1)
    }

    @Test func aServerThatDoesNotHeedTheIntervalIsAnError() async throws {
        let vault = try DamagedVault()
        try await vault.backfill()
        vault.server.state.withLock { $0.ignoresInterval = true }
        let report = await RemoteCheck(connection: vault.connection, isDeep: false)
            .run([try TaskID(DamagedVault.task)], in: nil)
        #expect(report.failed.map { ($0.error as? SnapshotError)?.code } == [.intervalIgnored])
        #expect(report.windows == 0)
    }

    @Test func changesOfTwoWindowsThatCancelOutAreFoundByADeepLook() async throws {
        let vault = try DamagedVault()
        try await vault.backfill()
        try Self.add(vault, hour: 1)
        try vault.forget(hour: 4) { $0 == 3 }
        #expect(try await Self.check(vault).0.equalWindows == 6)
        let (report, _) = try await Self.check(vault, deep: true)
        #expect(report.grown.map(\.window) == [try DamagedVault.hour(1)])
        #expect(report.shrunk.map(\.window) == [try DamagedVault.hour(4)])
    }

    /// Random changes of the server's rows, all one way: exactly the windows whose numbers moved are named.
    @Test(arguments: Sampling.quick(2, of: UInt64(1)...6))
    func exactlyWhatMovedIsNamed(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let vault = try DamagedVault(rows: 5, hours: 20)
        try await vault.backfill(hours: 20)
        let isGrowing = Bool.random(using: &random)
        var moved: Set<Window> = []
        for hour in 0..<20 where Int.random(in: 0..<5, using: &random) == 0 {
            if isGrowing {
                try Self.add(vault, hour: hour)
            } else {
                // Not the first: that one stands on the edge of the window before as well.
                try vault.forget(hour: hour) { $0 == 2 }
            }
            moved.insert(try DamagedVault.hour(hour))
        }
        let (report, requests) = try await Self.check(vault, longest: 8)
        #expect(Set((isGrowing ? report.grown : report.shrunk).map(\.window)) == moved, "seed \(seed)")
        #expect(report.grown.count + report.shrunk.count == moved.count, "seed \(seed)")
        #expect(report.windows >= 20, "seed \(seed)")
        #expect(requests <= 4 + moved.count * 8, "seed \(seed): \(requests) requests")
    }
}
