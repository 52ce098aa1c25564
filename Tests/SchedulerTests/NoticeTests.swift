import Foundation
import Jobs
import Logging
import Secrets
import StorageTime
import Synchronization
import Testing

@testable import Scheduler

/// Who hears of what, and what becomes of news that could not be told.
@Suite(.timeLimit(.minutes(60))) struct NoticeTests {
    private let clock = ManualClock(wall: Fixture.date("10:00:00"))
    private let book = LogBook()
    private let notifier: FakeNotifier
    private let memory = RecordingMemory()
    private let firing = Firing(
        scheduledAt: Fixture.date("10:00:00"), actualAt: Fixture.date("10:00:01"), reason: .schedule)

    init() { notifier = FakeNotifier(clock: clock) }

    private func announcer() -> Announcer {
        Announcer(
            notifier: notifier, environment: [:], secrets: SecretRegistry(), configuration: SchedulerConfiguration(),
            time: clock.time, memory: memory, logger: book.logger)
    }

    private func job(_ notify: String) throws -> Job { try Fixture.job("a", "@hourly", "notify: \(notify)") }

    private static let everyone = """
        {start: 'https://a.test/start', success: 'https://a.test/success', failure: 'https://a.test/failure',
        recovery: 'https://a.test/recovery', services: [healthchecks: 'https://h.test/x', ntfy: 'https://n.test/x',
        slack: 'https://s.test/x', uptime_kuma: 'https://k.test/x', apprise: ['mailto://u:p@m.test']]}
        """

    private func heard() -> [String] { notifier.posts.map(\.path).sorted() }

    @Test func eachHearsOfWhatIsForIt() async throws {
        let job = try job(Self.everyone)
        let announcer = announcer()
        await announcer.started(job, firing)
        #expect(heard() == ["healthchecks start", "start"])
        await announcer.ended(job, .failed("unavailable"))
        #expect(
            heard()
                == [
                    "apprise failure", "failure", "healthchecks failure", "healthchecks start", "ntfy failure",
                    "slack failure", "start", "uptimeKuma failure",
                ].map { $0.replacing("uptimeKuma", with: "uptime_kuma") })
        let before = heard().count
        await announcer.ended(job, .fine)
        #expect(
            notifier.posts.dropFirst(before).map(\.path).sorted() == [
                "apprise recovery", "healthchecks success", "ntfy recovery", "recovery", "slack recovery", "success",
                "uptime_kuma success",
            ])
        let after = notifier.posts.count
        await announcer.ended(job, .fine)
        #expect(
            notifier.posts.dropFirst(after).map(\.path).sorted() == [
                "healthchecks success", "success", "uptime_kuma success",
            ])
    }

    @Test(arguments: 1...4)
    func failuresAreToldFromTheGivenOneOnAndTheirEndOnlyWhereTheyWereTold(after: Int) async throws {
        let job = try job(
            "{failure: 'https://a.test/failure', recovery: 'https://a.test/recovery', after_failures: \(after)}")
        let announcer = announcer()
        for _ in 1...3 { await announcer.ended(job, .failed("x")) }
        #expect(heard() == Array(repeating: "failure", count: max(0, 4 - after)))
        await announcer.ended(job, .fine)
        #expect(heard().filter { $0 == "recovery" }.count == (after <= 3 ? 1 : 0))
        await announcer.ended(job, .failed("x"))
        #expect(heard().filter { $0 == "failure" }.count == max(0, 4 - after) + (after == 1 ? 1 : 0))
    }

    @Test func whatCouldNotBeToldIsToldWithTheNextRunAndOnce() async throws {
        let job = try job("{failure: 'https://a.test/failure', services: [ntfy: 'https://n.test/x']}")
        let announcer = announcer()
        notifier.answer(500)
        await announcer.ended(job, .failed("first"))
        #expect(memory.undelivered(of: "a").keys.sorted() == ["failure", "ntfy"])
        #expect(memory.failures == 2)
        notifier.answer(200)
        await announcer.started(job, firing)
        #expect(notifier.posts.count == 2, "a start is too early to try again")
        await announcer.ended(job, .fine)
        #expect(
            notifier.posts.dropFirst(2).map(\.path).sorted() == ["failure", "ntfy failure", "ntfy recovery"])
        #expect(memory.undelivered(of: "a").isEmpty)
        await announcer.ended(job, .fine)
        #expect(notifier.posts.count == 5)
    }

    /// The process was away after a failure that could not be told.
    @Test func thatFiringsWereMissedIsToldAfterWhatWasLeftAndNotInItsPlace() async throws {
        let job = try job("{services: [ntfy: 'https://n.test/x']}")
        notifier.answer(500)
        await announcer().ended(job, .failed("first"))
        notifier.answer(200)
        await announcer().started(job, firing, missed: 2)
        #expect(notifier.posts.dropFirst().map(\.path) == ["ntfy failure", "ntfy missed"])
        #expect(memory.undelivered(of: "a").isEmpty)
    }

    @Test func whatFailsIsTriedAgainThoughWhatCameAfterItArrived() async throws {
        let job = try job("{services: [ntfy: 'https://n.test/x']}")
        let announcer = announcer()
        notifier.answer(500)
        await announcer.ended(job, .failed("first"))
        notifier.answer(200, afterRefusing: 1)
        await announcer.ended(job, .fine)
        #expect(notifier.posts.map(\.path) == ["ntfy failure", "ntfy failure", "ntfy recovery"])
        #expect(memory.undelivered(of: "a")["ntfy"]?.event == .failure)
        await announcer.ended(job, .fine)
        #expect(notifier.posts.count == 4 && memory.undelivered(of: "a").isEmpty)
    }

    @Test func newsForSomebodyWhoIsToldNoMoreIsForgotten() async throws {
        let announcer = announcer()
        notifier.answer(500)
        await announcer.ended(try job("{failure: 'https://a.test/failure'}"), .failed("x"))
        notifier.answer(200)
        await announcer.ended(try job("{success: 'https://a.test/success'}"), .fine)
        #expect(memory.undelivered(of: "a").isEmpty && heard() == ["failure", "success"])
    }

    @Test(
        arguments: [
            ("06:59:00", 4), ("07:00:00", 3), ("09:00:00", 1), ("10:00:00", 0), ("11:00:00", 0),
        ])
    func missedFiringsAreCounted(last: String, count: Int) async throws {
        let job = try job(Self.everyone)
        memory.last.withLock { $0 = Fixture.date(last) }
        let missed = Firing(
            scheduledAt: Fixture.date("10:00:00"), actualAt: Fixture.date("10:30:00"), reason: .missed)
        let announcer = announcer()
        #expect(announcer.missedFirings(job, missed) == count)
        #expect(announcer.missedFirings(job, firing) == 0, "one on time misses nothing")
        await announcer.started(job, missed, missed: count)
        #expect(memory.missedFirings == count)
        let told = ["apprise missed", "ntfy missed", "slack missed"]
        #expect(heard().filter { $0.hasSuffix("missed") } == (count > 0 ? told : []))
    }

    @Test func aJobThatNeverRanMissedNothing() throws {
        let missed = Firing(
            scheduledAt: Fixture.date("10:00:00"), actualAt: Fixture.date("10:30:00"), reason: .missed)
        #expect(announcer().missedFirings(try job("{start: 'https://a.test/start'}"), missed) == 0)
    }

    @Test func aSecretInAnErrorIsInNoNotice() async throws {
        let secrets = SecretRegistry()
        secrets.add("hunter2-hunter2")
        let announcer = Announcer(
            notifier: notifier, environment: [:], secrets: secrets, configuration: SchedulerConfiguration(),
            time: clock.time, memory: memory, logger: book.logger)
        let job = try job("{services: [ntfy: 'https://n.test/x', slack: 'https://s.test/x']}")
        var outcome = RunOutcome.failed("x")
        outcome.firstError?.message = "the password hunter2-hunter2 was refused"
        await announcer.ended(job, outcome)
        #expect(notifier.posts.count == 2)
        #expect(!notifier.posts.contains { $0.body.contains("hunter2") })
    }
}

/// A memory that can be looked at.
final class RecordingMemory: NoticeMemory {
    private let inner = TransientNoticeMemory()
    private let counts = Mutex((failures: 0, missed: 0))
    let last = Mutex<Date?>(nil)

    var failures: Int { counts.withLock { $0.failures } }
    var missedFirings: Int { counts.withLock { $0.missed } }

    func failuresInRow(of job: String) -> Int { inner.failuresInRow(of: job) }
    func set(failuresInRow: Int, of job: String) { inner.set(failuresInRow: failuresInRow, of: job) }
    func lastFiring(of job: String) -> Date? { last.withLock { $0 } }
    func missed(_ firings: Int, of job: String) { counts.withLock { $0.missed += firings } }
    func undelivered(of job: String) -> [String: Announcement] { inner.undelivered(of: job) }
    func failed(_ announcement: Announcement, for target: String, reason: String, at now: Date) {
        counts.withLock { $0.failures += 1 }
        inner.failed(announcement, for: target, reason: reason, at: now)
    }
    func settled(_ target: String, of job: String) { inner.settled(target, of: job) }
}
