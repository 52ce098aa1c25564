import Archive
import Catalog
import Foundation
import OctoparseAPI
import Records
import StorageTime
import Synchronization
import TestSupport
import Testing
import Vault

@testable import Snapshots

/// A server that now and then leaves out what is stored exactly at an interval's edges.
@Suite struct OpenEdgesTests {
    /// The first requests, in which all windows are read; a backfill of the range asks about twice as often.
    static let requests = 15

    /// Three windows with two rows at every edge, that of the cut within each among them; what is at the first belongs
    /// to the first window but under `left-open`.
    private static func rows() throws -> [ModelServer.Row] {
        let start = try time("2013-01-01")
        return (0...6).flatMap { (half: Int) -> [ModelServer.Row] in
            let second: Int = half / 2 * 3600 + half % 2 * 1801
            let at = start.advanced(by: second)
            return (0..<2).map { .init(at: at, text: #"{"half":"\#(half)","n":"\#($0)"}"#) }
        }
    }

    /// Backs the range up while some requests lie, then again without, and compares what is in the vault.
    private func play(_ convention: IntervalConvention, lies: Set<Int>) async throws {
        let rows = try Self.rows()
        let server = ModelServer(rows, convention: convention) { number, state in
            state.leavesEdgesOut = lies.contains(number)
        }
        let folder = try TemporaryFolder(isInMemory: true)
        let vault = try SnapshotVault.open(at: folder.path, access: .create)
        let connection = SnapshotConnection(
            vault: vault, pages: server, host: "h", clock: StorageClock(timeZone: .gmt), settle: Seconds(900),
            configuration: TakingConfiguration(
                pageSize: 5, concurrency: 1, retryPause: .zero, closingBatch: 2, compressionLevel: 1),
            requestCount: { 0 }, now: { DamagedVault.now }, sleep: { _ in })
        let range = try DamagedVault.range(3)
        for isLying in [true, false] {
            if !isLying { server.state.withLock { $0.requests = 3 * Self.requests } }
            let summary = await Backfill(connection: connection).run(
                .init(range: range, step: Seconds(3600)), tasks: [try TaskID("t")])
            for failed in summary.failed {
                let code = (failed.error as? SnapshotError)?.code
                #expect(isLying && (code == .unstable || code == .intervalOpen), "\(lies): \(failed.error)")
            }
        }
        // A window that would not come to rest is there in pieces.
        var covered = WindowSet()
        try vault.forEachSnapshot { record in
            guard let window = record.window, let snapshot = try vault.openSnapshot(at: record.path) else { return }
            covered.insert(window)
            var found: [String] = []
            try snapshot.archive?.forEachMember { _, ndjson in
                found += ndjson.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
            }
            let expected = rows.filter { $0.belongs(to: window, convention) }
            #expect(found.sorted() == expected.map(\.text).sorted(), "\(convention) \(lies.sorted()), \(window)")
        }
        #expect(covered.gaps(in: range).isEmpty)
    }

    @Test(arguments: IntervalConvention.played)
    func anEdgeThatIsLeftOutOnceOrTwiceLeavesNoRowDoubledOrHidden(convention: IntervalConvention) async throws {
        let lies = (1...Self.requests).flatMap { first in (first...Self.requests).map { Set([first, $0]) } }
        for lies in Sampling.some(lies.count / 10, of: lies) { try await play(convention, lies: lies) }
    }

    @Test(arguments: IntervalConvention.played, [0.05, 0.15])
    func edgesThatAreLeftOutAtRandomLeaveNoRowDoubledOrHidden(convention: IntervalConvention, rate: Double) async throws
    {
        var generator = SeededGenerator(seed: 2013)
        for _ in 0..<Sampling.number(6, of: 60) {
            let lies = (1...3 * Self.requests).filter { _ in Double.random(in: 0..<1, using: &generator) < rate }
            try await play(convention, lies: Set(lies))
        }
    }
}
