import Foundation
import OctoparseAPI
import Records
import StorageTime
import Synchronization
import TestSupport
import Testing

@testable import Snapshots

@Suite struct ProbeTests {
    typealias Edges = MillisecondServer.Edges

    /// 2026-11-24 17:00:00 UTC.
    static let now = Date(timeIntervalSince1970: 1_795_539_600)

    static func milliseconds(_ text: String) throws -> Int { try StorageInstant(parsing: text).seconds * 1000 }

    static func probe(_ server: MillisecondServer, requests: Int = 56) async throws -> (
        ProbeObservations, ProbeFindings
    ) {
        let observations = try await Probe(pages: server, now: { now }).run(.init(task: "t", requests: requests))
        #expect(observations.requests == server.requests)
        #expect(observations.requests <= requests)
        return (observations, ProbeFindings(observations))
    }

    /// Rows on many midnights; what a convention is by counts.
    @Test(arguments: [
        (Edges.closed, ProbeFindings.Interval.closed), (.halfOpen, .halfOpen), (.leftOpen, .leftOpen), (.open, .open),
    ])
    func rowsOnMidnightShowEveryConvention(edges: Edges, interval: ProbeFindings.Interval) async throws {
        let start = try Self.milliseconds("2012-01-01")
        let server = MillisecondServer((0..<1461).map { start + $0 * 86_400_000 }, edges: edges, date: Self.now)
        let (observations, findings) = try await Self.probe(server)
        #expect(findings.interval == interval, "\(observations.evidence)")
        #expect(observations.requests <= 35)
        #expect(findings.total == .query)
        #expect(findings.heedsInterval == true)
        #expect(findings.offset == nil)
        #expect(findings.isSubSecond == (edges == .closed || edges == .open ? false : nil))
    }

    @Test(arguments: [
        (Edges.closed, ProbeFindings.Interval.closed), (.halfOpen, .oneSided), (.leftOpen, .oneSided), (.open, .open),
    ])
    func aSingleRowAtAnySecondIsFound(edges: Edges, interval: ProbeFindings.Interval) async throws {
        for seed in UInt64(1)...40 {
            var generator = SeededGenerator(seed: seed)
            let first = try StorageInstant(parsing: "1990-01-01").seconds
            let last = try StorageInstant(parsing: "2026-11-24").seconds
            // Never on the hour, which would make one likely.
            let at = Int.random(in: first...last, using: &generator) / 60 * 60 + 17
            let server = MillisecondServer([at * 1000], edges: edges, date: Self.now)
            let (observations, findings) = try await Self.probe(server)
            #expect(findings.interval == interval, "seed \(seed), \(observations.requests) requests")
            #expect(!observations.isCutShort, "seed \(seed)")
        }
    }

    /// A run of a few minutes within the last day, as tasks that are in use have.
    @Test(arguments: Edges.allCases, [1, 3])
    func aTaskInUseTakesAboutThirtyRequests(edges: Edges, rowsASecond: Int) async throws {
        for seed in UInt64(1)...Sampling.quick(3, else: 20) {
            var generator = SeededGenerator(seed: seed)
            let age = Int.random(in: 0...10 * 3600, using: &generator)
            let start = ProbeClock.utc(Self.now).seconds - age
            let times = (0..<400).flatMap { second in
                Array(repeating: (start - second * 7) * 1000, count: rowsASecond)
            }
            let server = MillisecondServer(times, edges: edges, date: Self.now)
            let (observations, findings) = try await Self.probe(server)
            #expect(observations.requests <= 33, "seed \(seed)")
            #expect(findings.interval != .unknown, "seed \(seed)")
            if edges == .closed { #expect(findings.interval == .closed, "seed \(seed)") }
            if edges == .open { #expect(findings.interval == .open, "seed \(seed)") }
            #expect(findings.order == (rowsASecond > 1 || edges != .open ? .stable : findings.order))
        }
    }

    @Test func fractionsOfASecondAreSeen() async throws {
        let start = try Self.milliseconds("2026-11-24 10:00:00")
        // Many rows a second, some of them at the whole second.
        let times = (0..<4000).map { start + $0 * 50 }
        let closed = try await Self.probe(MillisecondServer(times, date: Self.now)).1
        #expect(closed.interval == .closed)
        #expect(closed.isSubSecond == true)
        let open = try await Self.probe(MillisecondServer(times, edges: .open, date: Self.now)).1
        #expect(open.interval == .open)
        #expect(open.isSubSecond == true)
        // None at a whole second: no convention can be told, and none is.
        let never = try await Self.probe(MillisecondServer(times.map { $0 + 7 }, date: Self.now)).1
        #expect(never.interval == .oneSided)
        #expect(never.intervalLine == nil)
    }

    @Test func aRefusedInstantIsSeenAndTheConventionAllTheSame() async throws {
        let start = try Self.milliseconds("2026-11-24 10:00:03")
        let times = (0..<300).map { start + $0 * 1000 }
        for (edges, interval, line) in [
            (Edges.closed, ProbeFindings.Interval.closed, "interval: closed"),
            (.halfOpen, .oneSided, "interval: left-open"),
        ] {
            let server = MillisecondServer(times, edges: edges, date: Self.now)
            server.state.withLock { $0.refusesInstants = true }
            let (observations, findings) = try await Self.probe(server)
            #expect(findings.instants == .refused)
            #expect(findings.interval == interval)
            #expect(findings.intervalLine == line)
            #expect(observations.refusal?.contains("refuses an empty interval") == true)
        }
    }

    @Test func anUnstableOrderOfTiesIsSeen() async throws {
        let at = try Self.milliseconds("2026-11-24 10:00:03")
        let server = MillisecondServer(Array(repeating: at, count: 40), date: Self.now)
        #expect(try await Self.probe(server).1.order == .stable)
        server.state.withLock {
            $0.shufflesTies = true
            $0.requests = 0
        }
        let findings = try await Self.probe(server).1
        #expect(findings.order == .unstable)
        #expect(findings.sawTies)
    }

    @Test func serversThatDoNotHeedIntervalsOrCountTheTaskAreSeenAtOnce() async throws {
        let at = try Self.milliseconds("2026-11-24 10:00:03")
        let ignoring = MillisecondServer([at, at], date: Self.now)
        ignoring.state.withLock { $0.ignoresInterval = true }
        let (observations, findings) = try await Self.probe(ignoring)
        #expect(findings.heedsInterval == false)
        #expect(findings.interval == .unknown)
        #expect(observations.requests == 2)
        let counting = MillisecondServer([at, at], date: Self.now)
        counting.state.withLock { $0.totalIsOfTask = true }
        let task = try await Self.probe(counting).1
        #expect(task.total == .task)
        #expect(task.heedsInterval == true)
    }

    @Test func aTaskWithoutRowsShowsNothing() async throws {
        let (observations, findings) = try await Self.probe(MillisecondServer([], date: Self.now))
        #expect(observations.requests == 2)
        #expect(findings.interval == .unknown)
        #expect(findings.heedsInterval == nil)
        #expect(findings.intervalLine == nil)
        #expect(findings.timeZoneLine == nil)
    }

    @Test func tooFewRequestsTellWhatWasSeen() async throws {
        let (observations, findings) = try await Self.probe(
            MillisecondServer([try Self.milliseconds("1999-05-05 05:05:05")], date: Self.now), requests: 12)
        #expect(observations.isCutShort)
        #expect(observations.requests == 12)
        #expect(findings.interval == .unknown)
        #expect(findings.heedsInterval == true)
    }

    @Test(arguments: [-12, -5, 0, 1, 8, 14], [false, true])
    func theOffsetIsExactWhereRowsComeInAndALowerBoundElsewhere(hours: Int, comesIn: Bool) async throws {
        let wall = (ProbeClock.utc(Self.now).seconds + hours * 3600) * 1000
        let server = MillisecondServer(
            (0..<900).map { wall - $0 * 1000 - 2000 }, date: Self.now
        ) { number, state in
            if comesIn { state.rows.append((wall + number * 100, "{\"new\":\"\(number)\"}")) }
        }
        let (_, findings) = try await Self.probe(server)
        let offset = try #require(findings.offset)
        #expect(offset.seconds == hours * 3600)
        #expect(offset.isExact == comesIn)
        #expect((findings.timeZoneLine != nil) == comesIn)
        if comesIn, hours == 8 { #expect(findings.timeZoneLine == "time_zone: Asia/Shanghai") }
        if comesIn, hours == -5 { #expect(findings.timeZoneLine == "time_zone: Etc/GMT+5") }
    }

    @Test func aNewestRowOfThreeHoursAgoSaysAtLeast() async throws {
        let wall = (ProbeClock.utc(Self.now).seconds + 5 * 3600 + 100) * 1000
        let findings = try await Self.probe(MillisecondServer([wall], date: Self.now)).1
        #expect(findings.offset == .init(seconds: 5 * 3600, isExact: false))
    }
}
