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

/// The edges at which a window with more rows than an answer is cut.
@Suite struct InnerEdgesTests {
    /// A row every seven seconds of two minutes, from the sixth second on: more than two answers hold.
    private static func rows() throws -> [ModelServer.Row] {
        let start = try time("2013-01-01").advanced(by: 6)
        return (0..<16).map { .init(at: start.advanced(by: 7 * $0), text: #"{"n":"\#($0)"}"#) }
    }

    /// The instants that were asked for alone.
    private static func instants(_ server: ModelServer) -> [StorageInstant] {
        server.state.withLock { $0.queries }.compactMap { query in
            if case .storageTime(_, let from, let to) = query, from == to { from } else { nil }
        }
    }

    @Test(arguments: IntervalConvention.played)
    func aCutThatNoRowsShareIsNotAskedFor(convention: IntervalConvention) async throws {
        let rows = try Self.rows()
        let fixture = try TakerFixture(ModelServer(rows, convention: convention), pageSize: 8)
        let range = try window("2013-01-01 00:00:00", "2013-01-01 00:02:00")
        let taken = try await fixture.take(range)
        #expect(try fixture.rows(of: taken) == rows.map(\.text))
        #expect(Self.instants(fixture.server) == [range.to])
        // The far past, the page that overflowed, and three pieces besides.
        #expect(taken.requests == 6)
    }

    @Test(arguments: IntervalConvention.played)
    func aCutThatRowsAreStoredAtIsAskedForWhereBothSidesHoldThem(convention: IntervalConvention) async throws {
        let range = try window("2013-01-01 00:00:00", "2013-01-01 00:02:00")
        let cut = try #require(WindowPartition.pieces(of: range, total: 17, capacity: 8)?.first?.to)
        let rows = try Self.rows() + [.init(at: cut, text: #"{"at":"cut"}"#)]
        let fixture = try TakerFixture(ModelServer(rows, convention: convention), pageSize: 8)
        let taken = try await fixture.take(range)
        #expect(try fixture.rows(of: taken).sorted() == rows.map(\.text).sorted())
        #expect(Self.instants(fixture.server).contains(cut) == (convention == .closed))
        #expect(taken.sawEdgeRows == (convention == .closed))
    }

    @Test func whereAnswersContradictedEachOtherEveryCutIsAskedFor() async throws {
        let fixture = try TakerFixture(ModelServer(try Self.rows()), pageSize: 8)
        var reader = fixture.reader()
        reader.serverTrust = ServerTrust()
        reader.serverTrust.recordContradiction()
        let range = try window("2013-01-01 00:00:00", "2013-01-01 00:02:00")
        _ = try await fixture.take(range, with: reader)
        #expect(Self.instants(fixture.server).count == 3)
    }

    /// Whatever comes, or whatever goes, while a window is read: once its closing count agrees, no row is in it twice,
    /// and every row that was there all the time is in it.
    @Test(arguments: IntervalConvention.played, [true, false])
    func rowsThatMoveBetweenTwoRequestsAreNeitherDoubledNorLost(
        convention: IntervalConvention, areComing: Bool
    ) async throws {
        let range = try window("2013-01-01 00:00:00", "2013-01-01 00:02:00")
        var closed = 0
        for seed in UInt64(1)...Sampling.number(80, of: 150) {
            let still = try Self.crowd(seed: seed, over: range, named: "still")
            let moving = try Self.crowd(seed: seed + 1000, over: range, named: "moving", count: 3)
            var generator = SeededGenerator(seed: seed)
            let moments = moving.map { _ in Int.random(in: 1...14, using: &generator) }
            let server = ModelServer(still + (areComing ? [] : moving), convention: convention) { number, state in
                for (row, moment) in zip(moving, moments) where moment == number {
                    if areComing { state.rows.append(row) } else { state.rows.removeAll { $0 == row } }
                }
            }
            let fixture = try TakerFixture(server, pageSize: 8)
            guard let taken = try await fixture.takeClosed(range) else { continue }
            closed += 1
            let found = try fixture.rows(of: taken)
            #expect(Set(found).count == found.count, "seed \(seed): a row is there twice")
            let own = still.filter { $0.belongs(to: range, convention) }
            #expect(Set(found).isSuperset(of: own.map(\.text)), "seed \(seed): a row is missing")
        }
        #expect(closed >= Sampling.number(5, of: 21), "the closing count agreed in \(closed) plays")
    }

    /// Rows of which half are stored where windows are likely to be cut.
    private static func crowd(
        seed: UInt64, over range: Window, named name: String, count: Int = 20
    ) throws -> [ModelServer.Row] {
        let cuts = (2...4).flatMap { WindowPartition.pieces(of: range, total: 6 * $0, capacity: 8) ?? [] }.map(\.to)
        var generator = SeededGenerator(seed: seed)
        return try (0..<count).map { number in
            let isAtCut = Bool.random(using: &generator)
            let at =
                isAtCut
                ? try #require(cuts.randomElement(using: &generator))
                : range.from.advanced(by: Int.random(in: 0..<range.seconds, using: &generator))
            return .init(at: at, text: #"{"\#(name)":"\#(number)"}"#)
        }
    }

    /// Rows that stand on both sides of a cut in other bytes are not seen to be the same; their count tells.
    @Test func aServerThatSpellsEachAnswerAnewDoublesNoRow() async throws {
        let start = try time("2013-01-01")
        // Twelve rows an hour, two of them where hours of twelve rows are cut.
        let rows: [ModelServer.Row] = (0..<24 * 12).map { number in
            let second = number % 6 == 5 ? 1801 : number % 6 * 300 + 7
            return .init(at: start.advanced(by: number / 12 * 3600 + second), text: #"{"n":"\#(number)"}"#)
        }
        let spelling = Mutex(0)
        let server = ModelServer(rows) { _, state in
            let number = spelling.withLock { number in
                number += 1
                return number
            }
            for index in state.rows.indices {
                state.rows[index].text = #"{"n":\#(String(repeating: " ", count: number % 7))"\#(index)"}"#
            }
        }
        let summary = try await Self.backfill(server, hours: 24)
        #expect(summary.failed.isEmpty && summary.sealed == 24)
        #expect(summary.rows == rows.count)
    }

    /// So it is at the edges of windows that are asked for in order: they are read again until each has its own rows.
    @Test func aServerThatSpellsEachAnswerAnewDoublesNoRowAtTheEdgesOfWindows() async throws {
        let start = try time("2013-01-01")
        let rows: [ModelServer.Row] = (0..<60 * 4).map { number in
            .init(at: start.advanced(by: number * 900), text: #"{"n":"\#(number)"}"#)
        }
        let spelling = Mutex(0)
        let server = ModelServer(rows) { _, state in
            let number = spelling.withLock { number in
                number += 1
                return number
            }
            for index in state.rows.indices {
                state.rows[index].text = #"{"n":\#(String(repeating: " ", count: number % 7))"\#(index)"}"#
            }
        }
        let summary = try await Self.backfill(server, hours: 60)
        #expect(summary.failed.isEmpty && summary.sealed == 60)
        #expect(summary.rows == rows.count)
    }

    @Test func aServerThatWasNeverAskedBeforeIsNotAskedAboutCutsEither() async throws {
        let start = try time("2013-01-01")
        let rows: [ModelServer.Row] = (0..<36).map {
            .init(at: start.advanced(by: $0 * 300 + 7), text: #"{"n":"\#($0)"}"#)
        }
        let server = ModelServer(rows)
        let summary = try await Self.backfill(server, hours: 3)
        #expect(summary.failed.isEmpty && summary.rows == rows.count)
        #expect(Set(Self.instants(server).map { $0.seconds(since: start) }) == [3600, 7200, 10_800])
    }

    /// Backs up the first hours of the model's day, each of which is cut where it holds more than ten rows.
    private static func backfill(_ server: ModelServer, hours: Int) async throws -> BackfillSummary {
        let folder = try TemporaryFolder(isInMemory: true)
        let vault = try SnapshotVault.open(at: folder.path, access: .create)
        let connection = SnapshotConnection(
            vault: vault, pages: server, host: "h", clock: StorageClock(timeZone: .gmt), settle: Seconds(900),
            configuration: TakingConfiguration(pageSize: 10, retryPause: .zero, compressionLevel: 1),
            requestCount: { 0 }, now: { DamagedVault.now }, sleep: { _ in })
        return await Backfill(connection: connection).run(
            .init(range: try DamagedVault.range(hours), step: Seconds(3600)), tasks: [try TaskID("t")])
    }
}
