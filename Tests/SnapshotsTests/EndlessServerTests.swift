import Foundation
import OctoparseAPI
import Records
import RowJSON
import StorageTime
import Synchronization
import TestSupport
import Testing

@testable import Snapshots

/// A server whose totals promise more than anybody can ask for, and which has rows for every page: whatever is asked of
/// it ends, after few requests.
@Suite struct EndlessServerTests {
    /// Answers each query with a total, and with as many rows as the total leaves for the page.
    final class Server: PageSource {
        private let asked = Mutex(0)
        private let total: @Sendable (PageQuery, Int) -> Int

        init(_ total: @escaping @Sendable (PageQuery, _ request: Int) -> Int) { self.total = total }

        var requests: Int { asked.withLock { $0 } }

        func page(_ query: PageQuery, index: Int, size: Int) async throws -> Page {
            let number = asked.withLock { asked in
                asked += 1
                return asked
            }
            let total = total(query, number)
            let count = max(0, min(size, total - (index - 1) * size))
            return Page(total: total, rows: block((0..<count).map { #"{"n":\#($0)}"# }))
        }

        func unexported(task: String, size: Int) async throws -> Page { throw CancellationError() }
    }

    private static let most = Count.most
    private static let day = try? Window(
        from: StorageInstant(parsing: "2013-01-01"), to: StorageInstant(parsing: "2013-01-02"))

    private static func reader(
        _ server: Server, proof: Proof = .oneAnswer,
        interval: IntervalConvention = .unknown
    ) -> WindowReader {
        var configuration = TakingConfiguration(
            pageSize: 3, concurrency: 3, proof: proof, interval: interval, retryPause: .zero)
        configuration.mostRequests = 5000
        return WindowReader(
            pages: server, task: "t", configuration: configuration, pause: { _ in }, tally: RequestTally())
    }

    @Test(arguments: [Proof.oneAnswer, .totals])
    func aWindowOfAQuadrillionRowsIsGivenUp(proof: Proof) async throws {
        let server = Server { query, _ in
            if case .storageTime(_, let from, _) = query, from == EmptyProof.beginning { return 0 }
            return Self.most
        }
        let fixture = try TakerFixture(ModelServer(), proof: proof)
        let error = await #expect(throws: SnapshotError.self) {
            _ = try await fixture.take(try #require(Self.day), with: Self.reader(server, proof: proof))
        }
        #expect(error?.code == .tooMuch || error?.code == .unstable, "\(error?.message ?? "")")
        #expect(server.requests <= 5100)
    }

    @Test func rowsAtAnEdgeThatCannotBeTheWindowsAreNotPagedThrough() async throws {
        let window = try #require(Self.day)
        let server = Server { query, _ in
            if case .storageTime(_, let from, let to) = query { return from == to ? Self.most : 2 }
            return 2
        }
        let error = await #expect(throws: SnapshotError.self) { _ = try await Self.reader(server).read(window) }
        #expect(error?.code == .unstable)
        #expect(server.requests == 2 * 3)
    }

    @Test(arguments: [Proof.oneAnswer, .totals])
    func rowsAtTheEndOfAPagedWindowAreNoMoreThanTheWindows(proof: Proof) async throws {
        let window = try #require(Self.day)
        let server = Server { query, _ in
            if case .storageTime(_, let from, let to) = query, from == to { return Self.most }
            return 10
        }
        let error = await #expect(throws: SnapshotError.self) {
            _ = try await Self.reader(server, proof: proof).readPaged(window, size: 3) { _ in }
        }
        #expect(error?.code == .unstable)
        #expect(server.requests <= 10)
    }

    @Test func rowsAtTheEndOfAPagedWindowAreTakenOutHoweverManyPagesTheyFill() async throws {
        let window = try #require(Self.day)
        // Eight of the window's ten rows are stored at its end.
        let server = Server { query, _ in
            if case .storageTime(_, let from, let to) = query, from == to { return 8 }
            return 10
        }
        var rows = 0
        // Pages repeat rows 0 to 2, at another page size too few of them: totals alone are believed here.
        let piece = try await Self.reader(server, proof: .totals).readPaged(window, size: 3) { rows += $0.count }
        #expect(piece.edgeRows == 8 && piece.rows == 2 && rows == 2)
    }

    @Test(arguments: IntervalConvention.played)
    func anInstantIsCountedByCountsAlone(interval: IntervalConvention) async throws {
        let server = Server { _, _ in Self.most }
        let count = try await Self.reader(server, interval: interval).edgeCount(at: .earliest.advanced(by: 100))
        #expect(count == Self.most && server.requests == 1)
    }

    @Test func aCaptureOfAQuadrillionRowsIsRefusedAtItsFirstPage() async throws {
        let server = Server { _, _ in Self.most }
        let reader = CaptureReader(
            pages: server, query: .all(task: "t"), configuration: TakingConfiguration(retryPause: .zero),
            pause: { _ in }, tally: RequestTally())
        let error = await #expect(throws: SnapshotError.self) { _ = try await reader.open(size: 1000) }
        #expect(error?.code == .tooMuch && error?.message.contains("1000000000000000") == true)
        #expect(server.requests == 1)
    }

    /// No total, whatever it is, ends the process.
    @Test(arguments: 1...20 as ClosedRange<UInt64>) func anyTotalsAreComputedWith(seed: UInt64) async throws {
        let window = try #require(Self.day)
        let totals = [0, 1, 2, 3, 4, 1000, Self.most - 1, Self.most]
        let dice = Mutex(SeededGenerator(seed: seed))
        let server = Server { _, _ in dice.withLock { totals.randomElement(using: &$0) ?? 0 } }
        for interval in IntervalConvention.allCases {
            let reader = Self.reader(server, interval: interval)
            _ = try? await reader.read(window)
            _ = try? await reader.readPaged(window, size: 3) { _ in }
            _ = try? await reader.edgeCount(at: window.to)
            let refusal = APIError(.unexpected, "no")
            _ = try? await reader.assumedEdgeRows(at: window.to, refusal: refusal)
        }
        for doubt in 0...2 {
            var machine = ClosingMachine([ClosedWindow(window: window, rows: Self.most, edgeRows: Self.most)])
            machine.doubt = doubt
            machine.isEndDoubted = doubt == 0
            for _ in 0..<1000 {
                if case .end = machine.next() { break }
                machine.tell(.counted(dice.withLock { totals.randomElement(using: &$0) ?? 0 }))
            }
        }
        let probe = Probe(pages: server, now: { Date(timeIntervalSince1970: 1_795_428_000) })
        _ = ProbeFindings(try await probe.run(Probe.Request(task: "t")))
    }
}
