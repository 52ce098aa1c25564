import Foundation
import Records
import StorageTime
import Testing

@testable import Snapshots

/// What counts around a second mean: tables without a server.
@Suite struct ProbeFindingsTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        /// Around `at`: the instant, from the second before, to the second after, across both. nil is a refused
        /// instant.
        let counts: (instant: Int?, left: Int, right: Int, both: Int)
        var at = "2020-01-01 00:00:17"
        let interval: ProbeFindings.Interval
        var line: String?

        var testDescription: String { name }
    }

    static let cases = [
        Case(name: "counted on both sides", counts: (2, 2, 2, 2), interval: .closed, line: "interval: closed"),
        Case(name: "with other rows beside it", counts: (2, 5, 4, 7), interval: .closed, line: "interval: closed"),
        Case(name: "closed, instants refused", counts: (nil, 2, 2, 2), interval: .closed, line: "interval: closed"),
        Case(name: "counted on neither side", counts: (0, 0, 0, 2), interval: .open),
        Case(name: "neither side, others beside it", counts: (0, 3, 1, 6), interval: .open),
        Case(name: "one side, any second", counts: (0, 0, 2, 2), interval: .oneSided),
        Case(
            name: "one side, instants refused", counts: (nil, 0, 2, 2), interval: .oneSided,
            line: "interval: left-open"),
        Case(
            name: "from the hour on", counts: (0, 0, 2, 2), at: "2020-01-01 06:00:00", interval: .halfOpen,
            line: "interval: half-open"),
        Case(
            name: "up to the hour", counts: (0, 2, 0, 2), at: "2020-01-01 06:00:00", interval: .leftOpen,
            line: "interval: left-open"),
        Case(name: "both sides of the hour", counts: (0, 2, 2, 4), at: "2020-01-01 06:00:00", interval: .oneSided),
        Case(name: "an instant that is a whole second", counts: (2, 0, 2, 2), interval: .unknown),
        Case(name: "an instant that its neighbours do not share", counts: (1, 2, 2, 2), interval: .unknown),
        Case(name: "an instant with rows on an open server", counts: (2, 0, 0, 2), interval: .unknown),
        Case(name: "nothing there", counts: (0, 0, 0, 0), interval: .unknown),
    ]

    @Test(arguments: cases)
    func countsAroundASecondTellTheConvention(row: Case) throws {
        var observations = try Self.observations()
        let at = try time(row.at)
        observations.edges = [at]
        if let instant = row.counts.instant {
            observations.note(.edges, at, at, instant)
        } else {
            observations.refusal = "refused"
        }
        observations.note(.edges, at.advanced(by: -1), at, row.counts.left)
        observations.note(.edges, at, at.advanced(by: 1), row.counts.right)
        observations.note(.edges, at.advanced(by: -1), at.advanced(by: 1), row.counts.both)
        let findings = ProbeFindings(observations)
        #expect(findings.interval == row.interval)
        #expect(findings.intervalLine == row.line)
        #expect(findings.instants == (row.counts.instant == nil ? .refused : .accepted))
    }

    private static func observations() throws -> ProbeObservations {
        var observations = ProbeObservations()
        observations.note(.farFuture, try time("2999-12-31"), try time("2999-12-31 00:00:01"), 0)
        observations.note(.task, nil, nil, 50)
        return observations
    }

    @Test(arguments: [
        (["a", "b"], ["a", "b"], false, ProbeFindings.Order.stable), (["a", "b"], ["b", "a"], false, .unstable),
        (["a", "b"], ["b", "c"], true, .unknown), (["a", "a"], ["a", "a"], false, .unknown),
        (["a"], ["a"], false, .unknown),
    ])
    func theSamePageTwiceTellsTheOrder(first: [String], second: [String], moved: Bool, order: ProbeFindings.Order)
        throws
    {
        var observations = try Self.observations()
        observations.repetition = .init(
            first: first.map { Array($0.utf8) }, second: second.map { Array($0.utf8) }, areTies: true, hasMoved: moved)
        #expect(ProbeFindings(observations).order == order)
    }

    @Test(arguments: [(0, "time_zone: UTC"), (3600, "time_zone: Etc/GMT-1"), (-10 * 3600, "time_zone: Etc/GMT+10")])
    func anExactOffsetIsAZoneThatHasIt(seconds: Int, line: String) throws {
        var observations = try Self.observations()
        let date = Date(timeIntervalSince1970: 1_795_539_600)
        observations.serverDate = date
        let wall = ProbeClock.utc(date).advanced(by: seconds)
        observations.newest = try Window(from: wall.advanced(by: -450), to: wall.advanced(by: 450))
        #expect(ProbeFindings(observations).timeZoneLine == nil, "nothing came in, so it may be further east")
        observations.note(.task, nil, nil, 51)
        let findings = ProbeFindings(observations)
        #expect(findings.timeZoneLine == line)
        let name = String(line.dropFirst("time_zone: ".count))
        #expect(try #require(TimeZone(identifier: name)).secondsFromGMT(for: date) == seconds)
    }

    @Test(arguments: [
        ("1990-01-01", "2026-01-01", 86_400), ("2020-01-01", "2020-01-02", 3600),
        ("2020-01-01 05:00:00", "2020-01-01 06:00:00", 60), ("2020-01-01 05:00:07", "2020-01-01 05:00:19", 1),
    ])
    func stretchesAreCutAtRoundTimes(from: String, to: String, grid: Int) throws {
        let (from, to) = (try time(from), try time(to))
        let cut = ProbeWalk.cut(of: from, to)
        #expect(from < cut && cut < to)
        #expect(cut.seconds % grid == 0)
    }
}

extension ProbeObservations {
    mutating func note(_ step: Evidence.Step, _ from: StorageInstant?, _ to: StorageInstant?, _ total: Int) {
        evidence.append(Evidence(step: step, from: from, to: to, total: total, rows: min(total, 1), size: 1))
    }
}
