import Cron
import Foundation
import Jobs
import TestSupport
import Testing

@testable import Scheduler

/// The clock is set, by steps of all sizes and either way, under schedules of all paces: beside the due times runs a
/// model that knows every firing there was.
@Suite struct ClockStepTests {
    static let schedules = [
        "* * * * *", "*/2 * * * *", "*/7 * * * *", "7 * * * *", "30 9 * * *", "*/20 * * * * *", "* * * * * *",
        "@every 90s", "CRON_TZ=Australia/Lord_Howe */15 2 * * *",
    ]
    /// In seconds; those below zero set the clock back.
    static let steps = [
        -1, -30, -59, -60, -61, -62, -90, -120, -180, -300, -599, -600, -601, -660, -1800, -3599, -3600, -3601, -7200,
        -86_400, 1, 59, 61, 300, 3600, 86_400,
    ]

    @Test(arguments: Sampling.pairs(schedules, steps))
    func aStepOfTheClockNeitherSilencesAJobNorFiresItTwice(schedule: String, step: Int) throws {
        for before in [180, 1500] {
            for second in [0, 20, 40] {
                let start = Fixture.date("09:20:00") + Double(second)
                var play = try Play(schedule, at: start)
                play.run(seconds: before)
                play.set(by: step)
                play.run(seconds: min(abs(step), 4000) + 1300)
                play.expectEachMinuteOnce("\(schedule), \(step) s, after \(before) s, at second \(second)")
            }
        }
    }

    @Test(arguments: schedules)
    func aSuspendedMachineFiresOnceWhenItWakes(schedule: String) throws {
        for asleep in [45, 61, 600, 90_000] {
            var play = try Play(schedule, at: Fixture.date("09:20:10"))
            play.run(seconds: 300)
            let fired = play.starts.count
            let isDue = play.expression.next(after: play.now).map { $0 <= play.now + Double(asleep) } ?? false
            play.set(by: asleep)
            #expect(play.starts.count == fired + (isDue ? 1 : 0), "\(schedule), \(asleep) s")
            play.run(seconds: 600)
        }
    }

    /// However long a job has run, a clock set back further than its latest minutes reach has it go on at its own pace.
    @Test(arguments: ["* * * * *", "*/2 * * * *", "*/20 * * * * *", "* * * * * *"], [1800, 3600, 7200, 86_400])
    func aFrequentJobIsNotSilencedByAClockSetBackByAnHour(schedule: String, step: Int) throws {
        var play = try Play(schedule, at: Fixture.date("09:20:10"))
        play.run(seconds: 3700)
        play.set(by: -step)
        let fired = play.starts.count
        play.run(seconds: 130)
        #expect(play.starts.count > fired)
        #expect(play.said == [Double(step)])
    }

    @Test func aStepIsSaidOnceAndASmallOneNot() throws {
        for step in Self.steps {
            var play = try Play("* * * * *", at: Fixture.date("09:20:10"))
            play.run(seconds: 200)
            play.set(by: step)
            play.run(seconds: 200)
            #expect(play.said == (step < -60 ? [Double(-step)] : []), "\(step) s")
        }
    }
}

/// A job under a clock, looked at every ten seconds, and the model beside it.
private struct Play {
    let expression: CronExpression
    private var due = DueTimes(limit: 1)
    private(set) var now: Date
    /// What was started, in order, in the clock's time.
    private(set) var starts: [Date] = []
    /// How far the clock was said to be set back, each time that it was.
    private(set) var said: [Double] = []
    /// By the model, firings up to here are dealt with.
    private var handled: Date
    private var passedOver: Set<Int> = []

    init(_ schedule: String, at now: Date) throws {
        self.now = now
        let timing = try Fixture.timing("a", schedule)
        expression = timing.schedule
        let last = Date(timeIntervalSince1970: now.timeIntervalSince1970.rounded(.down))
        handled = last
        _ = due.load([timing], lastScheduled: ["a": last], at: now)
    }

    mutating func set(by step: Int) {
        now += Double(step)
        if handled.timeIntervalSince(now) > 60 {
            // The ten minutes last fired for, the one before the start included.
            var minutes: [Int] = []
            for minute in firedMinutes where minutes.last != minute { minutes.append(minute) }
            passedOver.formUnion(minutes.suffix(10))
            handled = now
        }
        look()
    }

    private var first: Int?
    private var firedMinutes: [Int] { (first.map { [$0] } ?? []) + starts.map(Self.minute) }

    mutating func run(seconds: Int) {
        if first == nil { first = Self.minute(handled) }
        for _ in 0..<seconds / 10 {
            now += 10
            look()
        }
    }

    /// Looks, and compares what starts with what the model has.
    mutating func look() {
        let actions = due.look(at: now)
        var started: [Date] = []
        for action in actions {
            switch action {
            case .start(let job, let firing):
                started.append(firing.scheduledAt)
                _ = due.ended(job, at: now)
            case .clockSetBack(let seconds): said.append(seconds)
            case .queued, .skipped: Issue.record("\(action)")
            }
        }
        let expected = expectedFiring()
        #expect(started == (expected.map { [$0] } ?? []), "\(expression) at \(now)")
        starts += started
    }

    /// The last firing that is due and was not fired for.
    private mutating func expectedFiring() -> Date? {
        guard handled < now else { return nil }
        var found: Date?
        // A day of seconds need not be walked through: the last hours tell.
        for firing in expression.firings(after: max(handled, now - 90_000)).prefix(while: { $0 <= now }) {
            if !passedOver.contains(Self.minute(firing)) { found = firing }
        }
        if let found { handled = found }
        return found
    }

    func expectEachMinuteOnce(_ said: String) {
        // Within a minute a schedule of seconds fires often: a minute that is left is not to come again.
        var minutes: [Int] = []
        for minute in starts.map(Self.minute) where minutes.last != minute { minutes.append(minute) }
        for (index, minute) in minutes.enumerated() {
            #expect(!minutes[..<index].suffix(10).contains(minute), "\(said): twice for \(minute)")
        }
    }

    private static func minute(_ date: Date) -> Int { Int((date.timeIntervalSince1970 / 60).rounded(.down)) }
}
