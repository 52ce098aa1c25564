import StorageTime
import TestSupport
import Testing

@testable import Snapshots

@Suite struct RequestEstimateTests {
    private static func windows(_ count: Int, step: Int = 3600) throws -> [Window] {
        let start = try time("2013-01-01")
        return try (0..<count).map {
            try Window(from: start.advanced(by: $0 * step), to: start.advanced(by: ($0 + 1) * step))
        }
    }

    @Test(arguments: [(0, 0), (1, 3), (32, 34), (33, 37), (320, 340)])
    func joiningWindowsCostAnAnswerEachAndTwoCountsAStretch(windows: Int, requests: Int) throws {
        #expect(RequestEstimate(joining: windows).requests == requests)
        let all = try Self.windows(windows)
        #expect(RequestEstimate(of: all, pageSize: 1000, hours: nil, isUntried: false).requests == requests)
    }

    @Test func windowsThatDoNotJoinAreClosedEachOnItsOwn() throws {
        let all = try Self.windows(5)
        #expect(
            RequestEstimate(of: [all[0], all[2], all[4]], pageSize: 1000, hours: nil, isUntried: false).requests == 9)
    }

    @Test func whatHoursHeldTellsHowManyAnswersAWindowTakes() throws {
        let day = try Self.windows(1, step: 86_400)
        var hours = HourlyRows()
        hours.note(rows: 2400, of: day[0], newShare: 1)
        #expect(RequestEstimate(of: day, pageSize: 1000, hours: hours, isUntried: false).requests == 6)
        #expect(RequestEstimate.answers(for: try Self.windows(1)[0], pageSize: 1000, hours: hours) == 1)
    }

    @Test func ofAServerThatWasNeverAskedTheFirstWindowsCostMore() throws {
        let all = try Self.windows(40)
        let known = RequestEstimate(of: all, pageSize: 1000, hours: nil, isUntried: false).requests
        #expect(RequestEstimate(of: all, pageSize: 1000, hours: nil, isUntried: true).requests == known + 17)
    }

    @Test func noNumberOfWindowsIsTooMany() {
        #expect(RequestEstimate(joining: .max).requests == .max)
    }
}
