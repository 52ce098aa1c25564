import Foundation
import Records
import StorageTime
import TestSupport
import Testing

@testable import Snapshots

/// Batches of up to four windows, closed while one or two rows come late, expire or do both, anywhere and at any
/// request, beside a row alike or not, and while one answer leaves edges out.
///
/// For each movement of one row so many of a second one are sampled as `OCTOVAULT_CLOSING_PLAYS` says, else two.
@Suite(.fewAtATime) struct ClosingPlayTests {
    typealias Row = ClosingPlay.Row
    typealias Movement = ClosingPlay.Movement

    /// What plays came to.
    struct Figures: CustomStringConvertible {
        var plays = 0, closed = 0, givenUp = 0, unread = 0
        var doubled: [String] = []
        var missing: [String] = []
        let start = Date()

        var description: String {
            "\(plays) plays (\(Int(Double(plays) / -start.timeIntervalSinceNow)) a second), \(closed) closed, "
                + "\(givenUp) given up at first, \(unread) not read, \(doubled.count) doubled, \(missing.count) missing"
        }
    }

    /// Where rows lie from the start: in the middle of each window, and at each edge or at none.
    enum Layout: CaseIterable {
        case middlesAndEdges, middles

        func rows(_ windows: Int) -> [Row] {
            (0...2 * windows).filter { self == .middlesAndEdges || $0 % 2 == 1 }.map {
                Row(number: $0, at: $0 * ClosingPlay.length / 2, text: $0)
            }
        }

        /// Every row that may come late: one of its own, or one alike to a row that lies there.
        func late(_ windows: Int, number: Int) -> [Row] {
            let there = Set(rows(windows).map(\.number))
            return (0...2 * windows).flatMap { place in
                (there.contains(place) ? [100 + number, place] : [100 + number]).map {
                    Row(number: 100 + number, at: place * ClosingPlay.length / 2, text: $0)
                }
            }
        }
    }

    /// What one row may do at any of so many requests: expire, or come.
    private static func movements(_ layout: Layout, _ windows: Int, number: Int, requests: Int) -> [[Movement]] {
        (1...requests).flatMap { request in
            layout.rows(windows).map { [Movement(row: $0, isComing: false, request: request)] }
                + layout.late(windows, number: number).map { [Movement(row: $0, isComing: true, request: request)] }
        }
    }

    /// A row that comes and expires again.
    private static func comingAndGoing(_ layout: Layout, _ windows: Int, requests: Int) -> [[Movement]] {
        layout.late(windows, number: 0).flatMap { row in
            (1..<requests).flatMap { first in
                (first + 1...requests).map { second in
                    [
                        Movement(row: row, isComing: true, request: first),
                        Movement(row: row, isComing: false, request: second),
                    ]
                }
            }
        }
    }

    /// How many requests are made where nothing moves, those to read and all.
    private static func requests(
        _ layout: Layout, _ windows: Int, _ convention: IntervalConvention, _ way: ClosingPlay.Way
    ) throws -> (reading: Int, all: Int) {
        var quiet = try ClosingPlay(windows: windows, convention, way, rows: layout.rows(windows), [])
        let isRead = quiet.play()
        try #require(isRead && quiet.givenUp == 0)
        return (quiet.readingRequests, quiet.movingRequests)
    }

    /// Plays are many, and other tests wait for the same few threads.
    private static func play(
        _ layout: Layout, _ windows: Int, _ convention: IntervalConvention, _ way: ClosingPlay.Way,
        _ movements: [Movement] = [], lies: Set<Int> = [], _ figures: inout Figures
    ) async throws {
        if figures.plays % 16 == 0 { await Task.yield() }
        var play = try ClosingPlay(
            windows: windows, convention, way, rows: layout.rows(windows), movements, lies: lies)
        figures.plays += 1
        guard play.play() else {
            figures.unread += 1
            return
        }
        if play.givenUp == 0 { figures.closed += 1 } else { figures.givenUp += 1 }
        var said: String {
            "\(windows) windows, \(layout), \(convention), \(way), \(movements.map(Self.said)), lies \(lies.sorted())"
        }
        if !play.doubled.isEmpty { figures.doubled.append("\(said): \(play.doubled)") }
        if !play.missing.isEmpty { figures.missing.append("\(said): \(play.missing)") }
    }

    private static func said(_ movement: Movement) -> String {
        "row \(movement.row.text) \(movement.isComing ? "comes" : "goes") at \(movement.row.at) "
            + "before \(movement.request)"
    }

    @Test(arguments: IntervalConvention.played, [ClosingPlay.Way.believed, .doubted])
    func oneRowThatMovesIsNeitherDoubledNorLost(convention: IntervalConvention, way: ClosingPlay.Way) async throws {
        var figures = Figures()
        for layout in Layout.allCases {
            for windows in 1...4 {
                let requests = try Self.requests(layout, windows, convention, way).all
                let movements =
                    Self.movements(layout, windows, number: 0, requests: requests)
                    + Self.comingAndGoing(layout, windows, requests: min(requests, 8))
                for movement in Sampling.some(movements.count / 10 + 1, of: movements) {
                    try await Self.play(layout, windows, convention, way, movement, &figures)
                }
            }
        }
        print("one row, \(convention), \(way): \(figures)")
        #expect(figures.doubled == [])
        #expect(figures.missing == [])
        #expect(figures.closed * 2 > figures.plays)
    }

    /// One row that goes and one that comes may hide each other in a count: what is not fetched then is for counting
    /// again, and fetching, to find. Nothing is doubled.
    @Test(arguments: IntervalConvention.played, [ClosingPlay.Way.believed, .doubted])
    func twoRowsThatMoveAreNotDoubled(convention: IntervalConvention, way: ClosingPlay.Way) async throws {
        var figures = Figures()
        var generator = SeededGenerator(seed: 2013)
        let share = try #require(ProcessInfo.processInfo.environment["OCTOVAULT_CLOSING_PLAYS"].map(Int.init) ?? 2)
        for layout in Layout.allCases {
            for windows in 1...4 {
                let requests = try Self.requests(layout, windows, convention, way).all
                let first = Self.movements(layout, windows, number: 0, requests: requests)
                let second = Self.movements(layout, windows, number: 1, requests: requests)
                for one in Sampling.some(first.count / 10 + 1, of: first) {
                    for _ in 0..<share {
                        let other = second.randomElement(using: &generator) ?? []
                        try await Self.play(layout, windows, convention, way, one + other, &figures)
                    }
                }
            }
        }
        print("two rows, \(convention), \(way): \(figures)")
        #expect(figures.doubled.prefix(3) == [])
    }

    /// The row that is replaced by another at an edge is in both answers, and each half of the batch adds up alone.
    @Test func aRowReplacedAtAnEdgeWhileTheBatchIsReadIsNotDoubled() async throws {
        var figures = Figures()
        for windows in Sampling.quick(1, of: 2...4) {
            let requests = try Self.requests(.middlesAndEdges, windows, .closed, .believed).all
            for gone in Layout.middlesAndEdges.rows(windows) {
                for (first, second) in (1...requests).flatMap({ first in (1...requests).map { (first, $0) } }) {
                    let movements = [
                        Movement(row: gone, isComing: false, request: first),
                        Movement(row: Row(number: 100, at: gone.at, text: 100), isComing: true, request: second),
                    ]
                    try await Self.play(.middlesAndEdges, windows, .closed, .believed, movements, &figures)
                }
            }
        }
        print("one row replaced by another: \(figures)")
        #expect(figures.doubled.prefix(3) == [])
    }

    /// Why windows are asked for in order.
    @Test func windowsAskedForTheOtherWayRoundDoubleARowThatComesToTheirEdge() async throws {
        var figures = Figures()
        for windows in 2...4 {
            let requests = try Self.requests(.middles, windows, .closed, .backwards).all
            for movement in Self.movements(.middles, windows, number: 0, requests: requests) {
                try await Self.play(.middles, windows, .closed, .backwards, movement, &figures)
            }
        }
        print("backwards: \(figures)")
        #expect(!figures.doubled.isEmpty)
    }

    /// Whatever a server that is doubted leaves out of one answer, alone; beside a row that moves meanwhile both may
    /// cancel out in every count.
    @Test(arguments: IntervalConvention.played)
    func ofAServerThatIsDoubtedOneLieIsSurvived(convention: IntervalConvention) async throws {
        var alone = Figures()
        var together = Figures()
        for layout in Layout.allCases {
            for windows in 1...4 {
                let requests = try Self.requests(layout, windows, convention, .doubted).all
                for lie in Sampling.some(requests / 4, of: 1...requests + 4) {
                    try await Self.play(layout, windows, convention, .doubted, lies: [lie], &alone)
                    guard windows <= 2, layout == .middlesAndEdges else { continue }
                    for movement in Self.movements(layout, windows, number: 0, requests: requests) {
                        try await Self.play(layout, windows, convention, .doubted, movement, lies: [lie], &together)
                    }
                }
            }
        }
        print("one lie, \(convention), doubted: alone \(alone); beside a movement \(together)")
        for wrong in together.doubled.prefix(3) + together.missing.prefix(3) { print("  \(wrong)") }
        #expect(alone.doubled == [] && alone.missing == [])
        #expect((together.doubled.count + together.missing.count) * 100 < together.plays)
    }

    /// A server that is believed is: where it leaves edges out of a window's own answer, or denies the rows at the last
    /// end, rows stored exactly there are with both windows, or come late to the right one. Of its counts one lie
    /// shows.
    @Test(arguments: IntervalConvention.played)
    func ofAServerThatIsBelievedOneLieOfACountIsSurvived(convention: IntervalConvention) async throws {
        var figures = Figures()
        var whileReading = Figures()
        for layout in Layout.allCases {
            for windows in 1...4 {
                let requests = try Self.requests(layout, windows, convention, .believed)
                for lie in 1...requests.all + 4 {
                    if lie > requests.reading {
                        try await Self.play(layout, windows, convention, .believed, lies: [lie], &figures)
                    } else {
                        try await Self.play(layout, windows, convention, .believed, lies: [lie], &whileReading)
                    }
                }
            }
        }
        print("one lie, \(convention), believed: of counts \(figures); of answers \(whileReading)")
        #expect(figures.doubled == [] && figures.missing == [])
        for wrong in whileReading.doubled + whileReading.missing { print("  \(wrong)") }
        #expect(whileReading.missing == [])
    }
}
