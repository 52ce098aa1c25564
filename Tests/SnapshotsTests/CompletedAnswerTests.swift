import OctoparseAPI
import Records
import RowJSON
import StorageTime
import Synchronization
import TestSupport
import Testing

@testable import Snapshots

/// Windows whose rows come in two answers: the first page of all, and all of the later part.
@Suite struct CompletedAnswerTests {
    private static func range() throws -> Window { try window("2013-01-01 00:00:00", "2013-01-01 00:02:00") }

    /// A row every ten seconds of two minutes, from the sixth second on.
    private static func rows(_ text: (Int) -> String = { #"{"n":"\#($0)"}"# }) throws -> [ModelServer.Row] {
        let start = try range().from.advanced(by: 6)
        return (0..<12).map { .init(at: start.advanced(by: 10 * $0), text: text($0)) }
    }

    @Test(arguments: IntervalConvention.played)
    func aWindowOfTwoAnswersRowsCostsTwo(convention: IntervalConvention) async throws {
        let rows = try Self.rows()
        let fixture = try TakerFixture(ModelServer(rows, convention: convention), pageSize: 8)
        let reader = fixture.reader()
        let taken = try await fixture.take(Self.range(), with: reader)
        #expect(try fixture.rows(of: taken) == rows.map(\.text))
        // The far past, and the instant at the window's end besides.
        #expect(taken.requests == 4 && reader.wasted.count == 0)
        // How both parts' rows lie is learnt.
        #expect(!reader.density.isEmpty)
    }

    /// Rows that crowd in a tenth of the window are found by halving it.
    @Test(arguments: [0, 50, 100]) func aCutThatMissesTheMiddleIsMoved(second: Int) async throws {
        let range = try Self.range()
        let rows: [ModelServer.Row] = (0..<14).map {
            .init(at: range.from.advanced(by: second + $0), text: #"{"n":"\#($0)"}"#)
        }
        let fixture = try TakerFixture(ModelServer(rows), pageSize: 8)
        let taken = try await fixture.take(range)
        #expect(try fixture.rows(of: taken).sorted() == rows.map(\.text).sorted())
        // The far past, the page that overflowed, a cut for each halving, and the instant at the window's end.
        #expect(taken.requests <= 8)
    }

    /// Whatever the convention, the order of a page and the rows that are alike.
    @Test(arguments: IntervalConvention.played, [true, false])
    func theTwoAnswersHoldTheWindowsRowsAndNoOthers(convention: IntervalConvention, isShuffled: Bool) async throws {
        let range = try Self.range()
        for seed in UInt64(1)...Sampling.quick(10, else: 60) {
            var random = SeededGenerator(seed: seed)
            let rows: [ModelServer.Row] = (0..<Int.random(in: 9...15, using: &random)).map { number in
                // Some at the half, some alike.
                let second = number % 5 < 2 ? 60 + number % 5 : Int.random(in: 1..<60, using: &random)
                let text = number % 3 == 0 ? #"{"same":1}"# : #"{"n":"\#(number)"}"#
                return .init(at: range.from.advanced(by: second), text: text)
            }
            let server = ModelServer(rows, convention: convention)
            server.state.withLock { $0.shufflesRows = isShuffled }
            let fixture = try TakerFixture(server, pageSize: 8)
            let taken = try await fixture.take(range)
            let own = rows.filter { $0.belongs(to: range, convention) }
            #expect(try fixture.rows(of: taken).sorted() == own.map(\.text).sorted(), "seed \(seed)")
        }
    }

    /// How an answer may lie.
    enum Lie: CaseIterable {
        case aRowLess, aRowLessOfTheSameTotal, aTotalTooHigh, aTotalTooLow, aRowOfElsewhere

        func tell(_ rows: inout [String], _ total: inout Int, at place: Int) {
            guard !rows.isEmpty else { return }
            switch self {
            case .aRowLess:
                rows.remove(at: place % rows.count)
                total -= 1
            case .aRowLessOfTheSameTotal: rows.remove(at: place % rows.count)
            case .aTotalTooHigh: total += 1
            case .aTotalTooLow: total -= 1
            case .aRowOfElsewhere:
                rows.append(#"{"elsewhere":1}"#)
                total += 1
            }
        }
    }

    /// One lie, in any answer: the window's count then tells it, or all of its rows are there.
    @Test(arguments: Lie.allCases, IntervalConvention.played)
    func aLieInOneAnswerIsNotSealed(lie: Lie, convention: IntervalConvention) async throws {
        let (range, rows) = (try Self.range(), try Self.rows())
        for request in Sampling.quick(2, of: 1...5) {
            for place in 0..<8 {
                let server = LyingServer(ModelServer(rows, convention: convention), lie, at: request, place)
                let fixture = try TakerFixture(server.model, pageSize: 8)
                var reader = WindowReader(
                    pages: server, task: "t", configuration: fixture.configuration, pause: { _ in },
                    tally: RequestTally())
                reader.serverTrust = ServerTrust()
                guard let taken = try await fixture.takeClosed(range, with: reader) else { continue }
                #expect(
                    try fixture.rows(of: taken).sorted() == rows.map(\.text).sorted(),
                    "the lie \(lie) in answer \(request), at row \(place)")
            }
        }
    }

    /// A row that comes or goes at any moment and any place: no row is doubled, and none that stayed is lost.
    @Test(arguments: IntervalConvention.played, [true, false])
    func aRowThatMovesBetweenTheTwoIsNeitherDoubledNorLosesOthers(
        convention: IntervalConvention, isComing: Bool
    ) async throws {
        let (range, still) = (try Self.range(), try Self.rows())
        var closed = 0
        for second in Sampling.some(40, of: 0...120) {
            for moment in 1...5 {
                let row = ModelServer.Row(at: range.from.advanced(by: second), text: #"{"moving":1}"#)
                let server = ModelServer(still + (isComing ? [] : [row]), convention: convention) { number, state in
                    guard number == moment else { return }
                    if isComing { state.rows.append(row) } else { state.rows.removeAll { $0 == row } }
                }
                let fixture = try TakerFixture(server, pageSize: 8)
                guard let taken = try await fixture.takeClosed(range) else { continue }
                closed += 1
                let found = try fixture.rows(of: taken).sorted()
                let stayed = still.map(\.text).sorted()
                #expect(found == stayed || found == (stayed + [row.text]).sorted(), "second \(second), \(moment)")
            }
        }
        #expect(closed > Sampling.number(30, of: 100), "the closing count agreed in \(closed) plays")
    }
}

/// A server one of whose answers lies.
private final class LyingServer: PageSource {
    let model: ModelServer
    private let lie: CompletedAnswerTests.Lie
    private let (number, place): (Int, Int)
    private let asked = Mutex(0)

    init(_ model: ModelServer, _ lie: CompletedAnswerTests.Lie, at number: Int, _ place: Int) {
        (self.model, self.lie) = (model, lie)
        (self.number, self.place) = (number, place)
    }

    func page(_ query: PageQuery, index: Int, size: Int) async throws -> Page {
        let page = try await model.page(query, index: index, size: size)
        let isLie = asked.withLock { asked in
            asked += 1
            return asked == number
        }
        guard isLie else { return page }
        var (rows, total) = (lines(page.rows), page.total)
        lie.tell(&rows, &total, at: place)
        return Page(total: total, rows: block(rows))
    }

    func unexported(task: String, size: Int) async throws -> Page { throw CancellationError() }
}
