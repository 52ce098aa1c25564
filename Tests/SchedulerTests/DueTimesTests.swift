import Foundation
import Jobs
import TestSupport
import Testing

@testable import Scheduler

/// Each row is a story: at a time something happens, and this is what is done.
@Suite struct DueTimesTests {
    enum Event {
        case look
        case ended(String)
        case load([JobTiming], last: [String: Date] = [:])
        case stop
    }

    /// `+weather 10:00:00 schedule`, `q…` for queued, `-weather 10:00:00 #2` for skipped.
    private func play(limit: Int = 8, _ steps: [(String, Event, [String])]) {
        var due = DueTimes(limit: limit)
        for (index, (time, event, expected)) in steps.enumerated() {
            let now = Fixture.date(time)
            let actions: [DueTimes.Action]
            switch event {
            case .look: actions = due.look(at: now)
            case .ended(let job): actions = due.ended(job, at: now)
            case .load(let jobs, let last): actions = due.load(jobs, lastScheduled: last, at: now)
            case .stop:
                due.stop()
                actions = []
            }
            #expect(actions.map { Self.shown($0, at: now) } == expected, "step \(index), at \(time)")
        }
    }

    private static func shown(_ action: DueTimes.Action, at now: Date) -> String {
        func time(_ date: Date) -> String {
            date.formatted(.iso8601).replacing("2026-11-23T", with: "").replacing("Z", with: "")
        }
        switch action {
        case .start(let job, let firing):
            let late = firing.actualAt == now ? "" : " wrong actual time"
            return "+\(job) \(time(firing.scheduledAt)) \(firing.reason)\(late)"
        case .queued(let job, let at): return "q\(job) \(time(at))"
        case .skipped(let job, let at, let count): return "-\(job) \(time(at)) #\(count)"
        case .clockSetBack(let seconds): return "back \(Int(seconds))"
        }
    }

    /// Minutely, and up to date.
    private func minutely(_ overlap: Job.Overlap = .skip) throws -> Event {
        .load([try Fixture.timing("a", "* * * * *", overlap)], last: ["a": Fixture.date("10:00:00")])
    }

    @Test func aJobFiresWhenItsScheduleSaysAndNotBefore() throws {
        play([
            ("10:00:30", try minutely(), []),
            ("10:00:59", .look, []),
            ("10:01:00", .look, ["+a 10:01:00 schedule"]),
            ("10:01:00", .look, []),
            ("10:01:01", .ended("a"), []),
            ("10:02:03", .look, ["+a 10:02:00 schedule"]),
        ])
    }

    @Test func aFiringDuringARunIsSkipped() throws {
        play([
            ("10:00:30", try minutely(), []),
            ("10:01:00", .look, ["+a 10:01:00 schedule"]),
            ("10:02:00", .look, ["-a 10:02:00 #1"]),
            ("10:03:00", .look, ["-a 10:03:00 #2"]),
            ("10:03:30", .ended("a"), []),
            ("10:04:00", .look, ["+a 10:04:00 schedule"]),
            ("10:05:00", .look, ["-a 10:05:00 #1"]),
        ])
    }

    @Test func atMostOneFiringIsQueuedAndItIsTheLatest() throws {
        play([
            ("10:00:30", try minutely(.queue), []),
            ("10:01:00", .look, ["+a 10:01:00 schedule"]),
            ("10:02:00", .look, ["qa 10:02:00"]),
            ("10:03:00", .look, ["-a 10:03:00 #1"]),
            ("10:03:30", .ended("a"), ["+a 10:03:00 schedule"]),
            ("10:03:40", .ended("a"), []),
            ("10:04:00", .look, ["+a 10:04:00 schedule"]),
        ])
    }

    @Test func aJobThatNeverRanFiresAtTheStart() throws {
        play([
            ("10:00:30", .load([try Fixture.timing("a", "@yearly")]), ["+a 10:00:30 missed"]),
            ("10:00:40", .ended("a"), []),
            ("10:01:00", .look, []),
        ])
    }

    @Test func manyFiringsMissedWhileStoppedFireOnce() throws {
        play([
            (
                "10:30:00",
                .load([try Fixture.timing("a", "* * * * * *")], last: ["a": Fixture.date("2019-01-01T00:00:00Z")]),
                ["+a 10:30:00 missed"]
            ),
            ("10:30:00", .ended("a"), []),
            ("10:30:01", .look, ["+a 10:30:01 schedule"]),
        ])
    }

    @Test func aJobThatMissedNothingDoesNotFireAtTheStart() throws {
        play([
            (
                "10:59:00", .load([try Fixture.timing("a", "@hourly")], last: ["a": Fixture.date("10:00:00")]), []
            ),
            ("11:00:00", .look, ["+a 11:00:00 schedule"]),
        ])
    }

    @Test(arguments: ["10:05:30", "23:59:30"])
    func aClockSetForwardFiresOnce(now: String) throws {
        let latest = now.dropLast(2) + "00"
        play([
            ("10:00:30", try minutely(), []),
            (now, .look, ["+a \(latest) missed"]),
            (now, .ended("a"), []),
            (now, .look, []),
        ])
    }

    @Test func aClockSetBackByUpToAMinuteDoesNotFireAgainWhatHasFired() throws {
        play([
            ("10:00:30", try minutely(), []),
            ("10:01:00", .look, ["+a 10:01:00 schedule"]),
            ("10:01:10", .ended("a"), []),
            ("10:01:20", .look, []),
            ("10:00:20", .look, []),
            ("10:01:00", .look, []),
            ("10:01:59", .look, []),
            ("10:02:00", .look, ["+a 10:02:00 schedule"]),
        ])
    }

    @Test func aClockSetBackByMoreGoesOnAtOnceAndPassesOverWhatHasFired() throws {
        play([
            ("10:00:30", try minutely(), []),
            ("10:20:00", .look, ["+a 10:20:00 missed"]),
            ("10:20:10", .ended("a"), []),
            ("09:40:00", .look, ["back 2400"]),
            ("09:41:00", .look, ["+a 09:41:00 schedule"]),
            ("09:41:10", .ended("a"), []),
            // Of those that passed meanwhile the last but the one that was fired for.
            ("10:20:00", .look, ["+a 10:19:00 missed"]),
            ("10:20:10", .ended("a"), []),
            ("10:20:59", .look, []),
            ("10:21:00", .look, ["+a 10:21:00 schedule"]),
        ])
    }

    @Test func anHourlyJobIsNotFiredTwiceForItsMinute() throws {
        play([
            ("10:30:00", .load([try Fixture.timing("a", "7 * * * *")], last: ["a": Fixture.date("10:07:00")]), []),
            ("09:30:00", .look, ["back 3600"]),
            ("10:07:00", .look, []),
            ("11:07:00", .look, ["+a 11:07:00 schedule"]),
        ])
    }

    @Test func aScheduleOfSecondsIsNotFiredTwiceForAMinuteEither() throws {
        play([
            (
                "10:00:00",
                .load([try Fixture.timing("a", "*/20 * * * * *")], last: ["a": Fixture.date("10:00:00")]), []
            ),
            ("10:00:20", .look, ["+a 10:00:20 schedule"]),
            ("10:00:21", .ended("a"), []),
            ("09:58:30", .look, ["back 110"]),
            ("09:58:40", .look, ["+a 09:58:40 schedule"]),
            ("09:58:41", .ended("a"), []),
            ("09:59:40", .look, ["+a 09:59:40 schedule"]),
            ("09:59:41", .ended("a"), []),
            ("10:00:59", .look, []),
            ("10:01:00", .look, ["+a 10:01:00 schedule"]),
        ])
    }

    @Test func aClockThatIsSetBackAgainAndAgainFiresForNoMinuteTwice() throws {
        play([
            ("10:00:30", try minutely(), []),
            ("10:01:00", .look, ["+a 10:01:00 schedule"]),
            ("10:01:10", .ended("a"), []),
            ("09:59:30", .look, ["back 90"]),
            ("10:00:10", .look, []),
            ("09:57:30", .look, ["back 160"]),
            ("09:58:00", .look, ["+a 09:58:00 schedule"]),
            ("09:58:10", .ended("a"), []),
            ("09:56:30", .look, ["back 90"]),
            ("09:57:00", .look, ["+a 09:57:00 schedule"]),
            ("09:57:10", .ended("a"), []),
            ("09:58:30", .look, []),
            ("09:59:00", .look, ["+a 09:59:00 schedule"]),
            ("09:59:10", .ended("a"), []),
            ("10:00:00", .look, []),
            ("10:01:30", .look, []),
            ("10:02:00", .look, ["+a 10:02:00 schedule"]),
        ])
    }

    @Test func aClockSetBackByHoursGoesOnFromTheNewTime() throws {
        play([
            ("10:00:30", try minutely(), []),
            ("10:20:00", .look, ["+a 10:20:00 missed"]),
            ("10:20:10", .ended("a"), []),
            ("05:00:30", .look, ["back 19170"]),
            ("05:00:59", .look, []),
            ("05:01:00", .look, ["+a 05:01:00 schedule"]),
        ])
    }

    @Test func aClockFarAheadAndBackAgainNeitherStormsNorStalls() throws {
        play([
            ("10:00:30", try minutely(), []),
            ("2031-01-01T00:00:00Z", .look, ["+a 2031-01-01T00:00:00 missed"]),
            ("10:01:00", .ended("a"), []),
            ("10:01:00", .look, ["back 129563940"]),
            ("10:02:00", .look, ["+a 10:02:00 schedule"]),
        ])
    }

    @Test func aHistoryFromTheFutureHoldsUpNothing() throws {
        let jobs = [try Fixture.timing("a", "@hourly"), try Fixture.timing("b", "*/10 * * * *")]
        let last = ["a": Fixture.date("2031-01-01T00:00:00Z"), "b": Fixture.date("10:50:00")]
        play([
            ("10:30:00", .load(jobs, last: last), []),
            ("10:40:00", .look, ["+b 10:40:00 schedule"]),
            ("10:40:10", .ended("b"), []),
            // b has fired for this minute before the clock was set back.
            ("10:50:00", .look, []),
            ("11:00:00", .look, ["+a 11:00:00 schedule", "+b 11:00:00 schedule"]),
        ])
    }

    @Test func schedulesFollowTheirZonesThroughClockChanges() throws {
        let berlin = try Fixture.timing("a", "30 2 * * *", zone: "Europe/Berlin")
        play([
            ("2026-03-28T12:00:00Z", .load([berlin], last: ["a": Fixture.date("2026-03-28T01:30:00Z")]), []),
            // 02:30 does not exist on the 29th: it fires at 03:00 summer time.
            ("2026-03-29T00:59:59Z", .look, []),
            ("2026-03-29T01:00:00Z", .look, ["+a 2026-03-29T01:00:00 schedule"]),
            ("2026-03-29T01:10:00Z", .ended("a"), []),
            ("2026-03-30T00:30:00Z", .look, ["+a 2026-03-30T00:30:00 schedule"]),
            ("2026-03-30T00:40:00Z", .ended("a"), []),
            // Twice 02:30 on 25 October: the first counts, and the nights between are one.
            ("2026-10-25T00:30:00Z", .look, ["+a 2026-10-25T00:30:00 missed"]),
            ("2026-10-25T00:40:00Z", .ended("a"), []),
            ("2026-10-25T01:30:00Z", .look, []),
        ])
    }

    @Test func noMoreThanTheLimitRunAndTheOthersStandInLine() throws {
        let jobs = try ["a", "b", "c"].map { try Fixture.timing($0, "@hourly") }
        play(
            limit: 1,
            [
                ("10:30:00", .load(jobs), ["+a 10:30:00 missed"]),
                ("10:31:00", .ended("a"), ["+b 10:30:00 missed"]),
                // a is due again and stands behind c, for which one run is enough.
                ("11:00:00", .look, ["-b 11:00:00 #1", "-c 11:00:00 #1"]),
                ("11:01:00", .ended("b"), ["+c 11:00:00 missed"]),
                ("11:02:00", .ended("c"), ["+a 11:00:00 schedule"]),
                ("11:03:00", .ended("a"), []),
            ])
    }

    @Test func aReloadWithTheSameJobsChangesNothing() throws {
        play([
            ("10:00:30", try minutely(), []),
            ("10:01:00", .look, ["+a 10:01:00 schedule"]),
            ("10:01:30", .load([try Fixture.timing("a", "* * * * *")]), []),
            ("10:02:00", .look, ["-a 10:02:00 #1"]),
            ("10:02:10", .ended("a"), []),
            ("10:02:30", .load([try Fixture.timing("a", "* * * * *")]), []),
            ("10:03:00", .look, ["+a 10:03:00 schedule"]),
        ])
    }

    @Test func aReloadAddsChangesAndRemovesJobs() throws {
        let hourly = try Fixture.timing("a", "@hourly")
        play([
            ("10:00:30", try minutely(.queue), []),
            ("10:01:00", .look, ["+a 10:01:00 schedule"]),
            ("10:02:00", .look, ["qa 10:02:00"]),
            // b never ran; a's schedule is another.
            ("10:02:30", .load([hourly, try Fixture.timing("b", "@daily")]), ["+b 10:02:30 missed"]),
            ("10:03:00", .ended("a"), ["+a 10:02:00 schedule"]),
            ("10:04:00", .ended("a"), []),
            ("11:00:00", .look, ["+a 11:00:00 schedule"]),
            // Gone while it runs: it may end, and no more.
            ("11:30:00", .load([]), []),
            ("12:00:00", .look, []),
            ("12:10:00", .ended("a"), []),
            ("13:00:00", .look, []),
            // Back as a job like any other that is new.
            ("13:30:00", .load([hourly], last: ["a": Fixture.date("11:00:00")]), ["+a 13:00:00 missed"]),
        ])
    }

    @Test func aRemovedJobLosesItsQueueAndItsPlaceInLine() throws {
        let jobs = [try Fixture.timing("a", "* * * * *", .queue), try Fixture.timing("b", "@hourly")]
        play(
            limit: 1,
            [
                ("10:00:00", .load(jobs), ["+a 10:00:00 missed"]),
                ("10:01:00", .look, ["qa 10:01:00"]),
                ("10:01:30", .load([]), []),
                ("10:01:40", .ended("a"), []),
            ])
    }

    @Test func aJobThatIsBackBeforeItsRunEndedGoesOn() throws {
        let job = try Fixture.timing("a", "@hourly")
        play([
            ("10:30:00", .load([job]), ["+a 10:30:00 missed"]),
            ("10:40:00", .load([]), []),
            ("11:10:00", .load([job]), []),
            ("11:20:00", .ended("a"), []),
            ("12:00:00", .look, ["+a 12:00:00 schedule"]),
        ])
    }

    @Test func nothingStartsOnceStopped() throws {
        play([
            ("10:00:30", try minutely(.queue), []),
            ("10:01:00", .look, ["+a 10:01:00 schedule"]),
            ("10:02:00", .look, ["qa 10:02:00"]),
            ("10:02:10", .stop, []),
            ("10:02:20", .ended("a"), []),
            ("10:03:00", .look, []),
            ("10:03:00", .load([try Fixture.timing("b", "@hourly")]), []),
        ])
    }

    @Test func theNextWakeIsTheEarliestFiring() throws {
        var due = DueTimes(limit: 2)
        #expect(due.nextWake == nil)
        let last = ["a": Fixture.date("10:00:00"), "b": Fixture.date("10:00:00")]
        let jobs = [try Fixture.timing("a", "@hourly"), try Fixture.timing("b", "45 * * * *")]
        _ = due.load(jobs, lastScheduled: last, at: Fixture.date("10:30:00"))
        #expect(due.nextWake == Fixture.date("10:45:00"))
        _ = due.look(at: Fixture.date("10:45:00"))
        #expect(due.nextWake == Fixture.date("11:00:00"))
        _ = due.load([jobs[1]], at: Fixture.date("10:50:00"))
        #expect(due.nextWake == Fixture.date("11:45:00"))
        due.stop()
        #expect(due.nextWake == nil)
    }

    /// Whatever the clock does and however often it is looked at, a job never runs twice at once, no minute of its
    /// latest firings is fired for again, none is ever before its time, and a step back silences nothing.
    @Test(arguments: Sampling.quick(1, of: UInt64(1)...5))
    func randomHistoriesNeitherStormNorStall(seed: UInt64) throws {
        var random = Seeded(state: seed)
        var due = DueTimes(limit: 2)
        let jobs = try ["* * * * *", "*/7 * * * *", "@hourly"].enumerated().map {
            try Fixture.timing("job\($0)", $1, $0 == 1 ? .queue : .skip)
        }
        var now = Fixture.date("10:00:00")
        var running: Set<String> = []
        var fired: [String: [Int]] = [:]
        var actions = due.load(jobs, at: now)
        for _ in 0..<3000 {
            for case .start(let job, let firing) in actions {
                #expect(running.insert(job).inserted)
                #expect(running.count <= 2)
                let minute = Int(firing.scheduledAt.timeIntervalSince1970) / 60
                #expect(!fired[job, default: []].suffix(FiredMinutes.remembered).contains(minute), "seed \(seed)")
                fired[job, default: []].append(minute)
            }
            switch Int.random(in: 0..<4, using: &random) {
            case 0 where !running.isEmpty:
                let job = running.sorted()[Int.random(in: 0..<running.count, using: &random)]
                running.remove(job)
                actions = due.ended(job, at: now)
            case 1:
                now -= Double.random(in: 0..<900, using: &random)
                actions = due.look(at: now)
            default:
                now += Double.random(in: 0..<600, using: &random)
                actions = due.look(at: now)
            }
        }
        for job in running { _ = due.ended(job, at: now) }
        #expect(due.nextWake.map { $0.timeIntervalSince(now) <= 3660 } ?? false, "seed \(seed)")
    }
}

/// Xorshift, for histories that can be had again.
struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}
