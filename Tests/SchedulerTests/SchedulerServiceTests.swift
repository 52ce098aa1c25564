import Foundation
import Logging
import ServiceLifecycle
import TestSupport
import Testing
import UnixSignals

@testable import Jobs
@testable import Scheduler

@Suite(.timeLimit(.minutes(60))) struct SchedulerServiceTests {
    private let clock = ManualClock(wall: Fixture.date("10:00:30"))
    private let runner = FakeRunner()
    private let book = LogBook()

    private func service(
        _ set: JobSet, last: [String: Date] = [:], configuration: SchedulerConfiguration = SchedulerConfiguration(),
        manager: ServiceManager = .none
    ) -> SchedulerService {
        SchedulerService(
            jobs: set, lastScheduled: last, runner: runner, manager: manager, configuration: configuration,
            time: clock.time, logger: book.logger)
    }

    /// Runs the service as a program would, until `body` has shut it down, and waits for its end.
    private func serving(
        _ service: any Service, _ body: (ServiceGroup) async throws -> Void
    ) async throws {
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: service, successTerminationBehavior: .gracefullyShutdownGroup)],
                logger: Logger(label: "group") { _ in SwiftLogNoOpLogHandler() }))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            try await body(group)
            try await tasks.waitForAll()
        }
    }

    @Test func aJobRunsOnItsScheduleAndTheServiceEndsWhenAsked() async throws {
        let service = service(
            Fixture.set(try Fixture.job("a", "* * * * *")), last: ["a": Fixture.date("10:00:00")])
        try await serving(service) { group in
            await clock.sleeper(for: .seconds(30))
            clock.advance(by: .seconds(30))
            let run = try #require(await runner.next())
            #expect(run.firing.scheduledAt == Fixture.date("10:01:00"))
            #expect(run.firing.reason == .schedule)
            run.finish()
            await group.triggerGracefulShutdown()
        }
        // The run's end may be said before or after the stop.
        #expect(
            book.messages().sorted() == [
                "A run ended", "The scheduler has stopped", "The scheduler runs", "The scheduler stops",
            ])
    }

    @Test func aFiringSoonerThanTheLongestSleepIsNotLate() async throws {
        let service = service(
            Fixture.set(try Fixture.job("a", "40 * * * * *")), last: ["a": Fixture.date("10:00:00")])
        try await serving(service) { group in
            await clock.sleeper(for: .seconds(10))
            clock.advance(by: .seconds(10))
            let run = try #require(await runner.next())
            #expect(run.firing.actualAt == Fixture.date("10:00:40"))
            run.finish()
            await group.triggerGracefulShutdown()
        }
    }

    @Test func aJumpOfTheWallClockIsSeenAtTheNextLook() async throws {
        let service = service(
            Fixture.set(try Fixture.job("a", "@daily")), last: ["a": Fixture.date("2026-11-23T00:00:00Z")])
        try await serving(service) { group in
            await clock.sleeper(for: .seconds(30))
            clock.wall = Fixture.date("2026-11-26T06:00:00Z")
            clock.advance(by: .seconds(30))
            let run = try #require(await runner.next())
            #expect(run.firing.scheduledAt == Fixture.date("2026-11-26T00:00:00Z"))
            #expect(run.firing.reason == .missed)
            run.finish()
            await group.triggerGracefulShutdown()
        }
    }

    @Test func aShutdownLetsRunsFinishWithinTheGrace() async throws {
        let service = service(Fixture.set(try Fixture.job("a")))
        try await serving(service) { group in
            let run = try #require(await runner.next())
            await group.triggerGracefulShutdown()
            // The timeout of the run, the timer, and the grace.
            await clock.sleepers { $0.count == 3 }
            #expect(run.interruption?.cause == .shutdown)
            run.finish()
        }
        #expect(book.messages().contains("A run ended"))
    }

    @Test func aRunThatOutlastsTheGraceIsCancelled() async throws {
        let service = service(
            Fixture.set(try Fixture.job("a")), configuration: SchedulerConfiguration(grace: .seconds(7)))
        try await serving(service) { group in
            _ = try #require(await runner.next())
            await group.triggerGracefulShutdown()
            await clock.sleeper(for: .seconds(7))
            clock.advance(by: .seconds(7))
        }
        #expect(book.messages().contains("A run was interrupted"))
    }

    @Test func aSecondSignalCutsTheGraceShort() async throws {
        let service = service(Fixture.set(try Fixture.job("a")))
        try await serving(service) { group in
            _ = try #require(await runner.next())
            await group.triggerGracefulShutdown()
            await clock.sleepers { $0.count == 3 }
            service.cut()
        }
        #expect(book.messages().contains("A run was interrupted"))
    }

    @Test func cancellingTheServiceCancelsItsRunsAndWaitsForThem() async throws {
        let service = service(Fixture.set(try Fixture.job("a")))
        let task = Task { try await service.run() }
        let run = try #require(await runner.next())
        task.cancel()
        try await task.value
        #expect(run.interruption?.cause == .shutdown)
        #expect(book.messages().suffix(2).contains("A run was interrupted"))
        #expect(book.messages().last == "The scheduler has stopped")
    }

    @Test func aRunThatTakesTooLongIsCancelledAndSaysSo() async throws {
        let service = service(Fixture.set(try Fixture.job("a", "@hourly", "timeout: 5m")))
        try await serving(service) { group in
            let run = try #require(await runner.next())
            await clock.sleeper(for: .seconds(300))
            clock.advance(by: .seconds(300))
            await run.ended()
            #expect(run.interruption?.cause == .timeout)
            await group.triggerGracefulShutdown()
        }
        let line = book.lines.first { $0.message == "A run failed" }
        #expect(line?.fields["interruption"] == "timeout")
        #expect(line?.fields["outcome"] == "interrupted")
    }

    @Test func aReloadKeepsRunsGoingAndFiresNewJobs() async throws {
        let service = service(Fixture.set(try Fixture.job("a")))
        try await serving(service) { group in
            let old = try #require(await runner.next())
            await service.reload(Fixture.set(try Fixture.job("b")))
            let new = try #require(await runner.next())
            #expect((old.job.name, new.job.name) == ("a", "b"))
            #expect(await service.states.map(\.job) == ["b"])
            #expect(old.interruption?.cause == nil)
            old.finish()
            new.finish()
            await group.triggerGracefulShutdown()
        }
        #expect(book.messages().filter { $0 == "A run ended" }.count == 2)
    }

    @Test func statesTellWhatRunsWhatWaitsAndWhatIsNext() async throws {
        let service = service(
            Fixture.set(try Fixture.job("a"), try Fixture.job("b")),
            configuration: SchedulerConfiguration(runsAtOnce: 1))
        try await serving(service) { group in
            let first = try #require(await runner.next())
            let states = await service.states
            #expect(states.filter { $0.running != nil }.map(\.job) == [first.job.name])
            #expect(states.filter(\.isWaiting).count == 1)
            #expect(states.allSatisfy { $0.next == Fixture.date("11:00:00") })
            first.finish()
            try #require(await runner.next()).finish()
            await group.triggerGracefulShutdown()
        }
    }

    @Test func runsThatAreAskedForAllRunInLimitedWidth() async throws {
        let service = service(Fixture.set(), configuration: SchedulerConfiguration(runsAtOnce: 2))
        let jobs = try (0..<7).map { try Fixture.job("job\($0)") }
        async let finished = service.runOnce(jobs)
        for _ in jobs {
            let run = try #require(await runner.next())
            #expect(run.firing.reason == .once)
            run.finish(run.job.name == "job3" ? .failed("unavailable") : .fine)
        }
        let runs = await finished
        #expect(runs.map(\.job.name) == jobs.map(\.name))
        #expect(runs.map(\.outcome.exitStatus) == [0, 0, 0, 69, 0, 0, 0])
        #expect(runner.mostAtOnce <= 2)
    }

    @Test func runsThatAreAskedForStopWhenCancelled() async throws {
        let service = service(Fixture.set(), configuration: SchedulerConfiguration(runsAtOnce: 1))
        let jobs = [try Fixture.job("a"), try Fixture.job("b")]
        let task = Task { await service.runOnce(jobs) }
        _ = try #require(await runner.next())
        task.cancel()
        let runs = await task.value
        #expect(runs.map(\.outcome.word) == [.interrupted])
        #expect(runs.map(\.outcome.interruption) == [.shutdown])
    }

    @Test func aHangUpReadsTheFilesAgainAndWrongOnesChangeNothing() async throws {
        let service = service(Fixture.set(try Fixture.job("a")), last: ["a": Fixture.date("10:00:00")])
        let (signals, hangUp) = AsyncStream.makeStream(of: UnixSignal.self)
        let results: [Result<JobSet, JobFilesError>] = [
            .failure(
                JobFilesError(problems: [
                    JobProblem(code: .badValue, file: "b.yaml", position: nil, key: nil, message: "it is wrong")
                ])),
            .success(Fixture.set(try Fixture.job("b"))),
        ]
        let (files, file) = AsyncStream.makeStream(of: Result<JobSet, JobFilesError>.self)
        for result in results { file.yield(result) }
        let reload = ReloadService(signals: signals, scheduler: service, logger: book.logger) {
            for await result in files { return .init(jobs: try result.get()) }
            throw CancellationError()
        }
        let reloading = Task { try await reload.run() }
        try await serving(service) { group in
            hangUp.yield(.sighup)
            hangUp.yield(.sighup)
            hangUp.finish()
            try await reloading.value
            let run = try #require(await runner.next())
            #expect(run.job.name == "b")
            run.finish()
            await group.triggerGracefulShutdown()
        }
        let messages = book.messages(from: .notice)
        #expect(
            messages == ["A job file is wrong", "The jobs stay as they were", "The job files are read again"])
    }

    /// A day of a thousand jobs that have nothing to do: a look every 30 seconds, and nothing else.
    @Test func aThousandIdleJobsAreOneTimer() async throws {
        let jobs = try (0..<1000).map { try Fixture.job("job\($0)", "@yearly") }
        let last = Dictionary(jobs.map { ($0.name, Fixture.date("10:00:00")) }) { $1 }
        let service = service(JobSet(jobs: jobs, accounts: [], missing: nil), last: last)
        try await serving(service) { group in
            for _ in 0..<Sampling.quick(240, else: 2880) {
                await clock.sleepers { $0 == [.seconds(30)] }
                clock.advance(by: .seconds(30))
            }
            await group.triggerGracefulShutdown()
        }
        #expect(book.messages() == ["The scheduler runs", "The scheduler stops", "The scheduler has stopped"])
    }
}
