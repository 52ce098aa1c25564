import Cron
import Foundation
import Jobs
import Records
import StorageTime
import Testing

@testable import Operations

@Suite struct UpcomingFiringsTests {
    private static let hourly = "tasks: [a]\nschedule: \"7 * * * *\"\nwindow: 1h\nsettle: 5m\n"
    private static let quarterly = "tasks: [b]\nschedule: \"*/15 * * * *\"\nwindow: 15m\nsettle: 0s\naccount: berlin\n"

    private static func lines(_ files: [String: String], from: String, count: Int) throws -> [String] {
        let set = try JobFixture(files).set
        let sources = set.jobs.map {
            UpcomingFirings.Source(schedule: $0.schedule, job: $0, clock: set.clock(of: $0), requestsPerSecond: 2)
        }
        let start = try #require(Date(instant: from))
        return UpcomingFirings(of: sources, after: start).prefix(count).map {
            String(decoding: $0.json.line, as: UTF8.self)
        }
    }

    @Test func firingsOfAllJobsComeInOrderEachWithWhatClosedSinceTheOneBefore() throws {
        #expect(
            try Self.lines(["one": Self.hourly, "two": Self.quarterly], from: "2026-11-23T10:00:00Z", count: 4) == [
                #"{"job":"one","at":"2026-11-23T10:07:00+00:00","windows":{"from":"2026-11-23 09:00:00","to":"2026-11-23 10:00:00"},"requests":3,"seconds":2}"#,
                #"{"job":"two","at":"2026-11-23T10:15:00+00:00","windows":{"from":"2026-11-23 11:00:00","to":"2026-11-23 11:15:00"},"requests":3,"seconds":2}"#,
                #"{"job":"two","at":"2026-11-23T10:30:00+00:00","windows":{"from":"2026-11-23 11:15:00","to":"2026-11-23 11:30:00"},"requests":3,"seconds":2}"#,
                #"{"job":"two","at":"2026-11-23T10:45:00+00:00","windows":{"from":"2026-11-23 11:30:00","to":"2026-11-23 11:45:00"},"requests":3,"seconds":2}"#,
            ])
    }

    @Test func firingsOfOneInstantComeByTheJobsNames() throws {
        let files = [
            "b": Self.hourly, "a": "tasks: [c]\nschedule: \"7 * * * *\"\n",
            "c": "tasks: [d]\nschedule: \"7 * * * *\"\n",
        ]
        let set = try JobFixture(files).set
        let sources = set.jobs.shuffled().map { UpcomingFirings.Source(schedule: $0.schedule, job: $0) }
        let names = UpcomingFirings(of: sources, after: Date(timeIntervalSince1970: 1_795_424_820)).prefix(6).map(
            \.source.job?.name)
        #expect(names == ["a", "b", "c", "a", "b", "c"])
    }

    @Test(arguments: [
        // Several firings inside one window: only the one after its end takes something.
        ("schedule: \"*/20 * * * *\"\nwindow: 1h\nsettle: 10m", ["null", "null", "2026-11-23 10:00:00"]),
        ("schedule: \"*/20 * * * *\"\nwindow: 1h\nsettle: 10m\nstart: 2026-12-01", ["null", "null", "null"]),
        ("schedule: \"*/20 * * * *\"\nsource: all", ["null", "null", "null"]),
    ])
    func aFiringThatTakesNothingHasNoWindows(rest: String, from: [String]) throws {
        let lines = try Self.lines(["job": "tasks: [a]\n\(rest)\n"], from: "2026-11-23T10:20:00Z", count: 3)
        for (line, from) in zip(lines, from) { #expect(line.contains(from), "\(line)") }
        #expect(lines.count == 3)
    }

    @Test func theHourThatAClockChangeRepeatsClosesOnceItHasPassedTwice() throws {
        let job =
            "tasks: [a]\nschedule: \"0 * * * *\"\ntime_zone: Europe/Berlin\nwindow: 1h\nsettle: 0s\naccount: berlin\n"
        let lines = try Self.lines(["job": job], from: "2026-10-25T00:30:00Z", count: 2)
        #expect(lines[0].contains(#""at":"2026-10-25T02:00:00+01:00","windows":null"#))
        #expect(lines[1].contains(#""at":"2026-10-25T03:00:00+01:00","windows":{"from":"2026-10-25 02:00:00""#))
    }

    @Test(arguments: [
        ("tasks: [a, b, c]\nwindow: 10m", "24"), ("tasks: [a]\nwindow: 1m", "64"), ("groups: all", "null"),
        ("tasks: [a]\nsource: all", "null"),
    ])
    func theRequestsOfAFiringAreThoseOfAllItsTasks(rest: String, requests: String) throws {
        let lines = try Self.lines(
            ["job": "\(rest)\nschedule: \"@hourly\"\n"], from: "2026-11-23T10:20:00Z", count: 1)
        #expect(lines[0].contains("\"requests\":\(requests),"), "\(lines[0])")
    }
}
