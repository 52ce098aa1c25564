import StorageTime
import TestSupport
import Testing

@testable import Snapshots

@Suite struct DensityTests {
    private static func day(_ number: Int, seconds: Int = 86_400) throws -> Window {
        let from = try time("2013-01-01").advanced(by: number * 86_400)
        return try Window(from: from, to: from.advanced(by: seconds))
    }

    @Test func beforeAnyWindowNothingIsExpected() throws {
        #expect(Density().expectedRows(of: try Self.day(0)) == 0)
    }

    @Test func withoutAWindowAWeekBeforeTheLastOnesDensityIsExpected() throws {
        let density = Density()
        density.note(rows: 240, of: try Self.day(0))
        #expect(density.expectedRows(of: try Self.day(1)) == 240)
        #expect(density.expectedRows(of: try Self.day(1, seconds: 3600)) == 10)
    }

    @Test func theWindowAWeekBeforeTellsWhateverTheLastOneHeld() throws {
        let density = Density()
        for number in 0..<14 { density.note(rows: number % 7 < 5 ? 1000 : 10, of: try Self.day(number)) }
        let expected = try (14..<21).map { density.expectedRows(of: try Self.day($0)) }
        #expect(expected == [1000, 1000, 1000, 1000, 1000, 10, 10])
        #expect(density.expectedRows(of: try Self.day(14, seconds: 43_200)) == 5, "of another length it tells nothing")
    }

    @Test func yearsOfShortWindowsAreNotRemembered() throws {
        let density = Density()
        let start = try time("2013-01-01")
        func slot(_ number: Int) throws -> Window {
            try Window(from: start.advanced(by: number * 600), to: start.advanced(by: number * 600 + 600))
        }
        for number in 0..<20_000 { density.note(rows: number, of: try slot(number)) }
        #expect(density.remembered <= 2020)
        #expect(density.expectedRows(of: try slot(20_000)) == 20_000 - 1008)
    }
}
