import StorageTime
import TestSupport
import Testing

@testable import Snapshots

@Suite struct DensityTests {
    private static func day(_ number: Int, hour: Int = 0, seconds: Int = 86_400) throws -> Window {
        let from = try time("2013-01-01").advanced(by: number * 86_400 + hour * 3600)
        return try Window(from: from, to: from.advanced(by: seconds))
    }

    @Test func beforeAnyWindowNothingIsExpected() throws {
        #expect(Density().expectedRows(of: try Self.day(0)) == 0)
        #expect(Density().cuts(of: try Self.day(0), into: 4) == [])
    }

    @Test func onADayOfWhichNothingIsKnownTheOthersRowsAreExpected() throws {
        let density = Density()
        density.note(rows: 240, of: try Self.day(0))
        #expect(density.expectedRows(of: try Self.day(1)) == 240)
        #expect(density.expectedRows(of: try Self.day(1, seconds: 3600)) == 10)
    }

    @Test func aSecondWithARowIsNoHourWithThousands() throws {
        let density = Density()
        density.note(rows: 1, of: try Self.day(0, hour: 23, seconds: 1))
        #expect(density.expectedRows(of: try Self.day(1, hour: 23, seconds: 3600)) <= 6)
        density.note(rows: 10, of: try Self.day(1, hour: 23, seconds: 600))
        #expect(density.expectedRows(of: try Self.day(1, hour: 23, seconds: 3600)) == 60)
    }

    @Test func theDaysOfTheWeekAreToldApart() throws {
        let density = Density()
        for number in 0..<14 { density.note(rows: number % 7 < 5 ? 1000 : 10, of: try Self.day(number)) }
        let expected = try (14..<21).map { density.expectedRows(of: try Self.day($0)) }
        #expect(expected == [1000, 1000, 1000, 1000, 1000, 10, 10])
        #expect(density.expectedRows(of: try Self.day(14, seconds: 14 * 86_400)) == 2 * 5020)
    }

    @Test func theHoursOfTheDayAreLearntFromPieces() throws {
        let density = Density()
        for number in 0..<7 {
            density.note(rows: 900, of: try Self.day(number, hour: 6, seconds: 3600))
            density.note(rows: 0, of: try Self.day(number, hour: 0, seconds: 6 * 3600))
            density.note(rows: 100, of: try Self.day(number, hour: 7, seconds: 17 * 3600))
        }
        #expect(density.expectedRows(of: try Self.day(7)) == 1000)
        #expect(density.expectedRows(of: try Self.day(7, hour: 6, seconds: 1800)) == 450)
        #expect(density.expectedRows(of: try Self.day(7, seconds: 6 * 3600)) == 0)
        // What a whole day holds is shared out as its hours were seen to.
        density.note(rows: 2000, of: try Self.day(7))
        #expect(density.expectedRows(of: try Self.day(14, hour: 6, seconds: 3600)) == 1170)
        #expect(density.expectedRows(of: try Self.day(14, seconds: 6 * 3600)) == 0)
    }

    @Test func cutsLeaveAsManyRowsOnEachSide() throws {
        let density = Density()
        for number in 0..<7 {
            density.note(rows: 0, of: try Self.day(number))
            density.note(rows: 600, of: try Self.day(number, hour: 6, seconds: 3600))
            density.note(rows: 600, of: try Self.day(number, hour: 18, seconds: 3600))
        }
        for count in 2...40 {
            let window = try Self.day(9, seconds: 3 * 86_400)
            let cuts = density.cuts(of: window, into: count)
            #expect(cuts.count == count - 1)
            let edges = [window.from] + cuts + [window.to]
            for (from, to) in zip(edges, edges.dropFirst()) {
                let rows = density.expectedRows(of: try Window(from: from, to: to))
                #expect(abs(rows - density.expectedRows(of: window) / count) <= 2, "\(count)")
            }
        }
    }

    @Test func hoursThatAreNotThoseOfBeforeAreFoundInAFewRequests() throws {
        let density = Density()
        for number in 0..<14 {
            density.note(rows: 0, of: try Self.day(number))
            density.note(rows: 900, of: try Self.day(number, hour: 23, seconds: 3600))
        }
        // Now they come at two o'clock.
        let day = try Self.day(14)
        let rows = (0..<1800).map { day.from.advanced(by: 2 * 3600 + 2 * $0) }
        var pieces = [day]
        var requests = 0
        while let piece = pieces.popLast() {
            requests += 1
            let total = rows.count { piece.from <= $0 && $0 < piece.to }
            guard total > 1000 else { continue }
            pieces += WindowPartition.pieces(of: piece, total: total, capacity: 1000, density: density) ?? []
        }
        #expect(requests <= 20, "\(requests)")
    }

    @Test(arguments: Sampling.quick(5, of: UInt64(1)...50))
    func nothingThatIsLearntIsLessThanNoneOrNoNumber(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let density = Density()
        for _ in 0..<60 {
            let length = [1, 60, 3600, 86_400, 30 * 86_400, 40_000 * 86_400].randomElement(using: &generator) ?? 1
            let from = StorageInstant.earliest.advanced(by: Int.random(in: 0...60_000_000_000, using: &generator))
            let rows = [0, 1, 1000, Count.most].randomElement(using: &generator) ?? 0
            let window = try Window(from: from, to: from.advanced(by: length))
            density.note(rows: rows, of: window)
            #expect(density.expectedRows(of: window) >= 0)
            let cuts = density.cuts(of: window, into: Int.random(in: 0...1024, using: &generator))
            #expect(cuts == cuts.sorted() && cuts.allSatisfy { $0 >= window.from && $0 <= window.to }, "seed \(seed)")
            let pieces =
                WindowPartition.pieces(of: window, total: 5000, capacity: 1000, density: density) ?? [window]
            #expect(pieces.first?.from == window.from && pieces.last?.to == window.to)
            #expect(zip(pieces, pieces.dropFirst()).allSatisfy { $0.to == $1.from })
        }
        let text = density.hours.text
        #expect(HourlyRows(text)?.text == text, "seed \(seed)")
    }

    @Test(arguments: ["", ",", "1,2,3", String(repeating: "nan,", count: 167), String(repeating: "-1,", count: 167)])
    func otherTextIsNoHours(text: String) {
        #expect(HourlyRows(text) == nil)
    }
}
