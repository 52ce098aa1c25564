import Archive
import Foundation
import OctoparseAPI
import Records
import RowJSON
import StorageTime
import Synchronization
import TestSupport
import Testing

@testable import Snapshots

/// Reads windows from a model server into drafts on disk.
struct TakerFixture {
    let folder: TemporaryFolder
    let server: ModelServer
    var configuration = TakingConfiguration(pageSize: 3, concurrency: 3, retryPause: .zero)

    init(_ server: ModelServer, pageSize: Int = 3, proof: Proof = .oneAnswer) throws {
        folder = try TemporaryFolder()
        self.server = server
        configuration.pageSize = pageSize
        configuration.proof = proof
    }

    func reader() -> WindowReader {
        WindowReader(
            pages: server, task: "t", configuration: configuration, pause: { _ in }, tally: RequestTally())
    }

    func take(
        _ window: Window, previous: [String]? = nil, with reader: WindowReader? = nil
    ) async throws -> TakenWindow {
        try await taker(previous: previous, with: reader).take(window)
    }

    /// The window, where it can be read and its closing count agrees; else nil.
    func takeClosed(_ window: Window, with reader: WindowReader? = nil) async throws -> TakenWindow? {
        guard let taken = try? await take(window, with: reader) else { return nil }
        let counted = try await self.reader().count(from: window.from, to: window.to).total
        return counted == taken.expectedTotal ? taken : nil
    }

    func taker(previous: [String]? = nil, with reader: WindowReader? = nil) -> WindowTaker {
        let layout = ArchiveLayout(root: folder.path)
        return WindowTaker(
            reader: reader ?? self.reader(), encoders: EncoderPool(level: 1),
            makeDraft: { window in
                ArchiveDraft(
                    at: SnapshotAddress(source: .storageTime, task: try TaskID("t"), name: .window(window)),
                    revision: 1, layout: layout)
            },
            discardDraft: { $0.discard() },
            previous: previous.map { rows in PreviousRows { body in try body(block(rows), true) } }, now: { Date() })
    }

    /// The rows of a draft, as lines.
    func rows(of taken: TakenWindow) throws -> [String] {
        guard case .archive(let draft, _, _) = taken.result else { return [] }
        guard let facts = try draft.finish() else { return [] }
        let bytes = try DiskFiles().read(draft.partialPath, limit: 1 << 30)
        #expect(bytes.count == facts.bytes)
        var text: [UInt8] = []
        var decoder = try GzipText()
        try decoder.read(bytes, into: &text)
        return lines(RowBlock(ndjson: text))
    }
}

@Suite struct WindowTakerTests {
    /// Rows crowd on the edges of windows and pieces, many of them alike.
    static func crowd(seed: UInt64, over range: Window) -> [ModelServer.Row] {
        var generator = SeededGenerator(seed: seed)
        return (0..<80).map { number in
            let second =
                Bool.random(using: &generator)
                ? Int.random(in: 0...range.seconds / 10, using: &generator) * 10
                : Int.random(in: 0..<range.seconds, using: &generator)
            let text = number % 4 == 0 ? "{\"same\":\"row\"}" : "{\"n\":\"\(number)\"}"
            return ModelServer.Row(at: range.from.advanced(by: second), text: text)
        }
    }

    @Test(arguments: [false, true])
    func aRowIsNotTakenForAnotherThatOnlyMeansTheSame(isReversed: Bool) async throws {
        let range = try window("2013-01-01 00:00:00", "2013-01-01 00:02:00")
        let plain = "{\"cell\":\"é\"}"
        let escaped = "{\"cell\":\"\\u00e9\"}"
        let new = "{\"cell\":\"new\"}"
        let at = range.from.advanced(by: 5)
        let fixture = try TakerFixture(ModelServer([.init(at: at, text: plain), .init(at: at, text: new)]))
        let previous = isReversed ? [plain, escaped] : [escaped, plain]
        let taken = try await fixture.take(range, previous: previous)
        #expect(try fixture.rows(of: taken).sorted() == [plain, escaped, new].sorted())
        guard case .archive(_, let kept, _) = taken.result else { return #expect(Bool(false), "\(taken.result)") }
        #expect(kept == 1)
        // In another spelling alone it is the same row.
        let again = try TakerFixture(ModelServer([.init(at: at, text: plain)]))
        guard case .unchanged(kept: 0, absent: []) = try await again.take(range, previous: [escaped]).result else {
            return #expect(Bool(false), "a row in another spelling is no news")
        }
    }

    @Test(
        arguments: IntervalConvention.played, [3, 4, 7, 1000])
    func everyRowIsInExactlyOneWindowWhateverTheConvention(convention: IntervalConvention, pageSize: Int) async throws {
        for seed in UInt64(1)...Sampling.quick(1, else: 5) {
            let range = try window("2013-01-01 00:00:00", "2013-01-01 00:02:00")
            let rows = Self.crowd(seed: seed, over: range)
            let server = ModelServer(rows, convention: convention)
            let fixture = try TakerFixture(server, pageSize: pageSize)
            var found: [String] = []
            // Seconds with more rows than a page, and windows that have to be cut, are among them.
            let wide = try window("2012-12-31 23:59:50", "2013-01-01 00:02:10")
            for slice in wide.slices(onGridOf: 20) {
                let taken = try await fixture.take(slice)
                let rows = try fixture.rows(of: taken)
                #expect(rows.count == taken.rows)
                found += rows
            }
            #expect(found.sorted() == rows.map(\.text).sorted(), "seed \(seed)")
        }
    }

    @Test(arguments: IntervalConvention.played)
    func pagingUnderAStableTotalGivesTheSameRows(convention: IntervalConvention) async throws {
        let range = try window("2013-01-01 00:00:00", "2013-01-01 00:02:00")
        let rows = Self.crowd(seed: 3, over: range)
        let fixture = try TakerFixture(ModelServer(rows, convention: convention), pageSize: 7, proof: .totals)
        var found: [String] = []
        for slice in try window("2012-12-31 23:59:00", "2013-01-01 00:03:00").slices(onGridOf: 60) {
            let taken = try await fixture.take(slice)
            found += try fixture.rows(of: taken)
        }
        #expect(found.sorted() == rows.map(\.text).sorted())
    }

    @Test func aWindowThatFitsOneAnswerCostsOneRequestAndOneForItsEdge() async throws {
        let server = ModelServer([.init(at: try time("2013-01-01 00:00:05"), text: "{\"a\":1}")])
        let taken = try await TakerFixture(server).take(try window("2013-01-01 00:00:00", "2013-01-01 00:01:00"))
        #expect(taken.requests == 2)
        #expect(taken.rows == 1)
        #expect(server.state.withLock { $0.requests } == 2)
    }

    @Test func aTotalOfTheWholeTaskIsAnErrorOfItsOwn() async throws {
        let server = ModelServer(
            try (0..<9).map { .init(at: try time("2013-01-01 00:00:0\($0)"), text: "{\"n\":\($0)}") })
        server.state.withLock { $0.totalIsOfTask = true }
        let fixture = try TakerFixture(server, pageSize: 5)
        let error = await #expect(throws: SnapshotError.self) {
            try await fixture.take(try window("2013-01-01 00:00:00", "2013-01-01 00:00:02"))
        }
        #expect(error?.code == .totalIsOfTask)
    }

    @Test func aServerThatGivesFewerRowsAPageThanAskedIsServedWithSmallerPieces() async throws {
        let rows: [ModelServer.Row] = try (0..<50).map {
            .init(at: try time("2013-01-01").advanced(by: $0), text: "{\"n\":\($0)}")
        }
        let server = ModelServer(rows)
        server.state.withLock { $0.mostRowsAPage = 4 }
        let fixture = try TakerFixture(server, pageSize: 1000)
        let taken = try await fixture.take(try window("2013-01-01 00:00:00", "2013-01-01 00:01:00"))
        #expect(try fixture.rows(of: taken).sorted() == rows.map(\.text).sorted())
    }

    @Test func aSecondWithMoreRowsThanTheServerGivesAPageIsPagedAtTheServersSize() async throws {
        let at = try time("2013-01-01 00:00:05")
        let rows: [ModelServer.Row] = (0..<23).map { .init(at: at, text: "{\"n\":\($0)}") }
        let server = ModelServer(rows)
        server.state.withLock { $0.mostRowsAPage = 4 }
        let fixture = try TakerFixture(server, pageSize: 10)
        let taken = try await fixture.take(try window("2013-01-01 00:00:00", "2013-01-01 00:01:00"))
        #expect(try fixture.rows(of: taken).sorted() == rows.map(\.text).sorted())
        #expect(taken.isPaged)
    }

    @Test func aServerThatDoesNotHeedAnIntervalsEndIsFoundOutBeforeAWindowIsCut() async throws {
        let server = ModelServer(
            try (0..<60).map { .init(at: try time("2013-01-01").advanced(by: $0), text: "{\"n\":\($0)}") })
        server.state.withLock { $0.ignoresEnd = true }
        let fixture = try TakerFixture(server, pageSize: 5)
        let error = await #expect(throws: SnapshotError.self) {
            try await fixture.take(try window("2013-01-01 00:00:00", "2013-01-01 00:00:30"))
        }
        #expect(error?.code == .intervalIgnored)
        #expect(server.state.withLock { $0.requests } == 2)
    }

    @Test func aRefusedInstantNeedsTheAccountsWord() async throws {
        let server = ModelServer([.init(at: try time("2013-01-01 00:00:05"), text: "{\"a\":1}")], convention: .halfOpen)
        server.state.withLock { $0.refusesInstants = true }
        let fixture = try TakerFixture(server)
        let window = try window("2013-01-01 00:00:00", "2013-01-01 00:01:00")
        let error = await #expect(throws: SnapshotError.self) { try await fixture.take(window) }
        #expect(error?.code == .instantRefused)
        var told = fixture
        told.configuration.interval = .halfOpen
        let taken = try await told.take(window)
        #expect(taken.rows == 1)
        #expect(taken.isAssumed)
    }

    @Test func aClosedConventionOnTheAccountsWordFindsTheEdgeRowsInBothNeighbours() async throws {
        let edge = try time("2013-01-01 00:01:00")
        let server = ModelServer([
            .init(at: edge.advanced(by: -1), text: "{\"same\":1}"), .init(at: edge, text: "{\"same\":1}"),
            .init(at: edge, text: "{\"b\":2}"), .init(at: edge.advanced(by: 1), text: "{\"c\":3}"),
        ])
        server.state.withLock { $0.refusesInstants = true }
        var fixture = try TakerFixture(server, pageSize: 10)
        fixture.configuration.interval = .closed
        let taken = try await fixture.take(try window("2013-01-01 00:00:00", "2013-01-01 00:01:00"))
        #expect(try fixture.rows(of: taken) == ["{\"same\":1}"])
        #expect(taken.edgeRows == 2)
    }

    @Test func rowsThatTheNewAnswerLacksAreKept() async throws {
        let at = try time("2013-01-01 00:00:05")
        let server = ModelServer([.init(at: at, text: "{\"a\":1}"), .init(at: at, text: "{\"new\":1}")])
        let fixture = try TakerFixture(server)
        let window = try window("2013-01-01 00:00:00", "2013-01-01 00:01:00")
        let taken = try await fixture.take(window, previous: ["{\"a\":1}", "{\"gone\":1}"])
        #expect(try fixture.rows(of: taken).sorted() == ["{\"a\":1}", "{\"gone\":1}", "{\"new\":1}"])
        guard case .archive(_, kept: 1, isRewritten: false) = taken.result else {
            Issue.record("\(taken.result)")
            return
        }
    }

    @Test func anAnswerWithoutNewsLeavesTheArchiveAlone() async throws {
        let server = ModelServer([.init(at: try time("2013-01-01 00:00:05"), text: "{\"b\":2,\"a\":1}")])
        let fixture = try TakerFixture(server)
        let window = try window("2013-01-01 00:00:00", "2013-01-01 00:01:00")
        let taken = try await fixture.take(window, previous: ["{\"a\":1,\"b\":2}", "{\"gone\":1}"])
        guard case .unchanged(kept: 1, absent: [1..<2]) = taken.result else {
            Issue.record("\(taken.result)")
            return
        }
        #expect(fixture.folder.allFiles().isEmpty, "the draft is gone")
    }

    /// Nothing shared is no proof of another form: that as many came as there were is told, and all are kept.
    @Test(arguments: [(["{\"a\":1}"], true), (["{\"a\":1}", "{\"b\":2}"], false)])
    func rowsOfWhichNoneCameAgainAreKept(previous: [String], isSuspicious: Bool) async throws {
        let new = "{\"a\":1,\"column\":\"new\"}"
        let server = ModelServer([.init(at: try time("2013-01-01 00:00:05"), text: new)])
        let fixture = try TakerFixture(server)
        let window = try window("2013-01-01 00:00:00", "2013-01-01 00:01:00")
        let taken = try await fixture.take(window, previous: previous)
        #expect(try fixture.rows(of: taken) == [new] + previous)
        guard case .archive(_, let kept, let isRewritten) = taken.result else {
            Issue.record("\(taken.result)")
            return
        }
        #expect(kept == previous.count)
        #expect(isRewritten == isSuspicious)
    }
}
