import Foundation
import Jobs
import Logging
import Secrets
import StorageTime
import Synchronization
import Testing

@testable import Scheduler

/// Remembers what is posted; fails, or never answers, for addresses that say so.
final class FakeNotifier: Notifier {
    struct Refused: Error, CustomStringConvertible {
        let description: String
    }

    private let state = Mutex((posts: [(path: String, body: String)](), status: 200, refusals: 0))
    private let clock: ManualClock

    init(clock: ManualClock) {
        self.clock = clock
    }

    var posts: [(path: String, body: String)] { state.withLock { $0.posts } }

    /// What it answers from now on.
    ///
    /// - Parameter refusals: how many are refused before.
    func answer(_ status: Int, afterRefusing refusals: Int = 0) {
        state.withLock { ($0.status, $0.refusals) = (status, refusals) }
    }

    func post(url: NotifyURL, body: [UInt8]) async throws {
        let path = url.text.split(separator: "/").last.map(String.init) ?? ""
        let status = state.withLock { state in
            state.posts.append((path, String(decoding: body, as: UTF8.self)))
            guard state.refusals > 0 else { return state.status }
            state.refusals -= 1
            return 503
        }
        if path == "stuck" { try await clock.sleep(for: .seconds(1_000_000)) }
        if status != 200 { throw Refused(description: "status \(status)") }
    }

    func tell(_ service: NotifyService, _ announcement: Announcement) async throws {
        let status = state.withLock { state in
            state.posts.append(("\(service.kind) \(announcement.event)", announcement.text))
            guard state.refusals > 0 else { return state.status }
            state.refusals -= 1
            return 503
        }
        if status != 200 { throw Refused(description: "status \(status)") }
    }
}

@Suite(.timeLimit(.minutes(60))) struct AnnouncerTests {
    private let clock = ManualClock(wall: Fixture.date("10:00:00"))
    private let book = LogBook()
    private let notifier: FakeNotifier
    private let secrets = SecretRegistry()
    private let environment = [
        "PATH": "/usr/bin:/bin", "NEWPW": "new-secret", "OCTOPARSE_PASSWORD": "old-secret", "LANG": "C",
        "https_proxy": "http://user:proxy-secret@proxy:3128",
    ]

    init() {
        notifier = FakeNotifier(clock: clock)
    }

    private func announcer(_ configuration: SchedulerConfiguration = SchedulerConfiguration()) -> Announcer {
        Announcer(
            notifier: notifier, environment: environment, secrets: secrets, configuration: configuration,
            time: clock.time, logger: book.logger)
    }

    private func job() throws -> Job {
        try Fixture.job(
            "a", "@hourly",
            "notify: {start: 'https://hc.test/secret/start', success: 'https://hc.test/secret', failure: 'https://hc.test/secret/fail'}"
        )
    }

    @Test func startSuccessAndFailureGoToTheirAddresses() async throws {
        let job = try job()
        let announcer = announcer()
        let firing = Firing(
            scheduledAt: Fixture.date("10:00:00"), actualAt: Fixture.date("10:00:01"), reason: .schedule)
        await announcer.started(job, firing)
        await announcer.ended(job, .fine)
        await announcer.ended(job, .failed("unavailable"))
        #expect(notifier.posts.map(\.path) == ["start", "secret", "fail"])
        #expect(
            notifier.posts.map(\.body) == [
                #"{"event":"start","job":"a","reason":"schedule","scheduled_at":"2026-11-23T10:00:00Z","started_at":"2026-11-23T10:00:01Z"}"#,
                "{}", #"{"outcome":"failed"}"#,
            ])
        #expect(book.lines.isEmpty)
    }

    @Test(arguments: [RunOutcome.Word.partial, .interrupted])
    func whateverIsNotDoneIsAFailure(word: RunOutcome.Word) async throws {
        await announcer().ended(try job(), RunOutcome(word: word, didSomething: true, exitStatus: 75))
        #expect(notifier.posts.map(\.path) == ["fail"])
    }

    @Test func aRunPutOffByAShutdownIsNobodysFailure() async throws {
        var outcome = RunOutcome(word: .interrupted, didSomething: true, exitStatus: 75)
        outcome.interruption = .shutdown
        await announcer().ended(try job(), outcome)
        #expect(notifier.posts.isEmpty)
    }

    @Test func anAddressThatFailsIsLoggedOncePerChangeAndItsPathNever() async throws {
        let job = try job()
        let announcer = announcer()
        for status in [500, 500, 500, 404, 404, 200, 200, 500] {
            notifier.answer(status)
            await announcer.ended(job, .fine)
        }
        #expect(
            book.messages() == [
                "A notification failed", "A notification failed", "Notifications work again", "A notification failed",
            ])
        #expect(book.lines.map { $0.fields["reason"] } == ["status 500", "status 404", nil, "status 500"])
        #expect(!book.lines.contains { "\($0)".contains("secret") })
    }

    @Test func anAddressThatNeverAnswersIsGivenUp() async throws {
        let job = try Fixture.job("a", "@hourly", "notify: {success: 'https://hc.test/stuck'}")
        async let ended: Void = announcer().ended(job, .fine)
        await clock.sleepers { $0.contains(.seconds(10)) && $0.contains(.seconds(1_000_000)) }
        clock.advance(by: .seconds(10))
        await ended
        #expect(book.lines.map { $0.fields["reason"] } == ["no answer in time"])
    }

    @Test func aHookGetsTheSummaryAndTheRunsVariables() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("hook-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("out")
        let command = "(cat; echo \" $OCTOVAULT_JOB $OCTOVAULT_OUTCOME $OCTOVAULT_EXIT_STATUS\") > '\(file.path)'"
        let job = try Fixture.job("a", "@hourly", "hooks:", "  failure: |", "    \(command)")
        await announcer().ended(job, .failed("unavailable"))
        #expect(try String(contentsOf: file, encoding: .utf8) == "{\"outcome\":\"failed\"} a failed 69\n")
        #expect(book.messages(from: .warning).isEmpty)
        #expect(book.lines.map { $0.fields["outcome"] } == ["exit status 0"])
    }

    @Test func aHookThatFailsIsLoggedWithItsExitStatusOnce() async throws {
        let job = try Fixture.job("a", "@hourly", "hooks: {success: 'exit 3'}")
        let announcer = announcer()
        await announcer.ended(job, .fine)
        await announcer.ended(job, .fine)
        let warnings = book.lines.filter { $0.level == .warning }
        #expect(warnings.map(\.message) == ["A hook failed"])
        #expect(warnings.first?.fields["reason"] == "exit status 3")
    }

    @Test func aHookThatTakesTooLongIsEnded() async throws {
        let job = try Fixture.job(
            "a", "@hourly", "hooks: {success: 'echo begun; sleep 600'}", "timeout: 2h", "hook_timeout: 1s")
        await announcer().ended(job, .fine)
        #expect(book.messages(from: .warning) == ["A hook failed"])
        #expect(book.lines.last?.fields["reason"] == "took longer than 1.0 seconds")
        #expect(book.lines.last?.fields["output"] == "begun")
    }

    @Test func withoutALimitOfItsOwnAHookHasTheRuns() throws {
        #expect(try Fixture.job("a", "@hourly", "timeout: 2h").hookTimeout.count == 7200)
        #expect(try Fixture.job("a", "@hourly").hookTimeout.count == 1800)
        #expect(try Fixture.job("a", "@hourly", "timeout: 1m", "hook_timeout: 2h").hookTimeout.count == 7200)
    }

    /// The last lines are in the log, however much there was before them.
    @Test func aHookMayWriteAsMuchAsItLikes() async throws {
        secrets.add("hunter22")
        let command = "yes 0123456789 | head -c 4000000; echo; echo said hunter22; echo on error >&2; exit 3"
        let job = try Fixture.job("a", "@hourly", "hooks: {success: '\(command)'}")
        await announcer().ended(job, .fine)
        let line = try #require(book.lines.last { $0.level == .warning })
        #expect(line.fields["reason"] == "exit status 3")
        let output = line.fields["output"] ?? ""
        #expect(output.hasSuffix("0123456789\n0123\nsaid [secret]\non error"), "\(output)")
        #expect(output.count <= 2000)
    }

    @Test func whatAHookLeavesBehindDoesNotHoldItUp() async throws {
        let job = try Fixture.job("a", "@hourly", "hooks: {success: 'sleep 3 & exit 4'}", "hook_timeout: 1h")
        await announcer().ended(job, .fine)
        #expect(book.lines.last { $0.level == .warning }?.fields["reason"] == "exit status 4")
    }

    /// Also of an account that came with other job files while the program ran.
    @Test func aHookGetsNoSecretOfTheProgram() async throws {
        let announcer = announcer()
        secrets.add(variable: "NEWPW", in: environment)
        let job = try Fixture.job("a", "@hourly", "hooks: {success: 'env; exit 1'}")
        await announcer.ended(job, .fine)
        let output = book.lines.last { $0.level == .warning }?.fields["output"] ?? ""
        #expect(output.contains("LANG=C") && output.contains("https_proxy=http://proxy:3128"), "\(output)")
        for name in ["NEWPW", "OCTOPARSE_PASSWORD", "secret"] { #expect(!output.contains(name), "\(output)") }
    }
}
