import Archive
import Foundation
import OctoparseAPI
import Records
import RowJSON
import StorageTime
import TestSupport
import Testing

@testable import Snapshots

/// Two joining windows, the end of the first of which is settled by the answer of the second.
@Suite struct EdgeOrderTests {
    /// What plays with moving rows came to.
    private struct Figures {
        /// Plays in which the enclosing count agreed.
        var closed = 0
        /// Plays in which a row is in both windows, or in neither though it was there all the time.
        var wrong: [UInt64] = []
    }

    @Test(arguments: IntervalConvention.played)
    func windowsAskedForInOrderHoldEachRowOnceWhileTwoMove(convention: IntervalConvention) async throws {
        let figures = try await Self.play(convention, isInOrder: true)
        #expect(figures.closed > Sampling.number(15, of: 60), "\(figures.closed) plays were closed")
        #expect(figures.wrong == [], "seeds, \(convention)")
    }

    /// Why the order matters: a row that comes to the edge between the two answers is in the first alone, and doubled
    /// when the second is taken again.
    @Test func windowsAskedForTheOtherWayRoundDoubleRows() async throws {
        let figures = try await Self.play(.closed, isInOrder: false)
        #expect(!figures.wrong.isEmpty)
    }

    private static func play(_ convention: IntervalConvention, isInOrder: Bool) async throws -> Figures {
        var figures = Figures()
        for seed in UInt64(1)...(isInOrder ? Sampling.number(100, of: 400) : 400) {
            guard let isRight = try await playOnce(convention, isInOrder, seed) else { continue }
            figures.closed += 1
            if !isRight { figures.wrong.append(seed) }
            // One play shows that the order matters.
            if !isInOrder, !isRight { break }
        }
        return figures
    }

    /// - Returns: nil where the windows could not be closed.
    private static func playOnce(
        _ convention: IntervalConvention, _ isInOrder: Bool, _ seed: UInt64
    ) async throws -> Bool? {
        let left = try window("2013-01-01 00:00:00", "2013-01-01 00:01:00")
        let right = try window("2013-01-01 00:01:00", "2013-01-01 00:02:00")
        var generator = SeededGenerator(seed: seed)
        func rows(_ count: Int, _ name: String) -> [ModelServer.Row] {
            (0..<count).map { number in
                let second =
                    Bool.random(using: &generator) ? 60 : Int.random(in: 0..<13, using: &generator) * 10
                return .init(at: left.from.advanced(by: second), text: "{\"\(name)\":\"\(number)\"}")
            }
        }
        let still = rows(4, "still")
        // Of three movements two may make up for the third in the closing count.
        let movements = Int.random(in: 0...2, using: &generator)
        let coming = rows(Int.random(in: 0...movements, using: &generator), "coming")
        let going = rows(movements - coming.count, "going")
        let moments = (coming + going).map { _ in Int.random(in: 1...6, using: &generator) }
        let server = ModelServer(still + going, convention: convention) { number, state in
            for (row, moment) in zip(coming + going, moments) where moment == number {
                if coming.contains(row) { state.rows.append(row) } else { state.rows.removeAll { $0 == row } }
            }
        }
        let fixture = try TakerFixture(server, pageSize: 100)
        let taker = fixture.taker()
        let firstRead: WindowTaker.OpenWindow
        let secondRead: WindowTaker.OpenWindow
        if isInOrder {
            firstRead = try await taker.read(left)
            secondRead = try await taker.read(right)
        } else {
            secondRead = try await taker.read(right)
            firstRead = try await taker.read(left)
        }
        let next = secondRead.first
        guard let first = try? await taker.finish(firstRead, before: next),
            let second = try? await taker.finish(secondRead, before: nil)
        else { return nil }
        let counted = try await fixture.reader().count(from: left.from, to: right.to).total
        guard counted == first.rows + second.expectedTotal else { return nil }
        var found: [[String]] = []
        for taken in [first, second] {
            var rows = Set(try fixture.rows(of: taken))
            // Counted again, and taken again where the count has moved: a revision holds what the one before held.
            let again = try await fixture.reader().count(from: taken.window.from, to: taken.window.to).total
            if again != taken.expectedTotal {
                rows.formUnion(try fixture.rows(of: try await fixture.take(taken.window)))
            }
            found.append(rows.sorted())
        }
        let expected = still.filter { row in
            [left, right].contains { row.belongs(to: $0, convention) }
        }
        let all = found.flatMap(\.self)
        return Set(all).count == all.count && Set(all).isSuperset(of: expected.map(\.text))
    }
}
