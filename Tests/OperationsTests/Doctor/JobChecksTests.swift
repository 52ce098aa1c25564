import Foundation
import Jobs
import OctoparseAPI
import Records
import StorageTime
import TestSupport
import Testing

@testable import Catalog
@testable import Vault
@testable import Operations

/// What is said of job files, of their tasks, of their runs and of how far these have come.
@Suite struct JobChecksTests {
    /// 2026-11-23T10:00:00Z.
    private static let now = Date(timeIntervalSince1970: 1_795_428_000)

    private static let files = [
        "shop": "tasks: [a, b]\nschedule: \"7 * * * *\"\nwindow: 1h\n",
        "group": "groups: [84, 85]\nschedule: \"@daily\"\n",
    ]

    private static func entry(
        _ task: String, to: String = "2026-11-23 09:00:00", jobs: [String]
    ) throws -> StatusReport.Entry {
        var status = SeriesStatus(series: Series(task: task, source: .storageTime, host: "127.0.0.1:9"))
        status.covered = WindowSet([
            try Window(from: StorageInstant(parsing: "2026-11-01"), to: StorageInstant(parsing: to))
        ])
        return (
            TaskStatus(status, openFrom: try StorageInstant(parsing: "2026-11-23 09:45:00")),
            TaskOutlook(jobs: jobs)
        )
    }

    private static func history(
        _ job: String, ago: Double, outcome: String = "done", isFinished: Bool = true, error: String? = nil
    ) -> [String: JobHistory] {
        let at = now.addingTimeInterval(-ago)
        var run = RunRecord(job: job, scheduledAt: at, startedAt: at, outcome: outcome)
        if isFinished { run.finishedAt = at.addingTimeInterval(5) }
        run.firstError = error
        return [job: JobHistory(job: job, firstRunAt: at, lastRun: run, lastHandled: at)]
    }

    @Test func problemsOfJobFilesEndWith78EachNamed() throws {
        let folder = try TemporaryFolder()
        try "tasks: [a]\nschedule: never\nwindows: 1h\n".write(
            toFile: "\(folder.path)/bad.yaml", atomically: false, encoding: .utf8)
        let error = #expect(throws: JobFilesError.self) { try JobSet.load(path: folder.path, environment: [:]) }
        let found = JobFilesCheck(path: folder.path, jobs: nil, problems: error?.problems ?? [])
            .findings()
        #expect(found.count == 2)
        #expect(found.allSatisfy { $0.status == .badConfiguration && $0.message.contains("bad.yaml:") })
        #expect(
            JobFilesCheck(path: "jobs", jobs: nil, problems: []).findings().map(\.level) == [.warning])
        let fine = try JobFixture(Self.files)
        #expect(
            JobFilesCheck(path: "jobs", jobs: fine.set, problems: []).findings().map(\.level) == [.ok])
    }

    @Test func tasksAndGroupsAreHeldAgainstTheJobs() throws {
        let set = try JobFixture(Self.files).set
        let account = AccountFacts(
            name: "default", host: "h", clock: StorageClock(timeZone: .gmt),
            groups: [TaskGroup(id: "84", name: "Shops")])
        let found = TasksCheck(
            jobs: set, entries: [try Self.entry("A", jobs: ["shop"]), try Self.entry("z", jobs: [])],
            wanted: ["a", "b"],
            vanished: [.init(job: "group", task: "g", name: "Gone", since: Self.now)], accounts: [account]
        ).findings()
        #expect(found.map(\.level) == [.error, .warning, .warning, .warning])
        #expect(found[0].status == .tryAgain && found[0].message.contains("group 85"))
        #expect(found[1].message.contains("task b belongs to a job"))
        #expect(found[2].message.contains("task g (Gone) vanished"))
        #expect(found[3].message.contains("no job takes task z"))
        let fine = TasksCheck(
            jobs: set, entries: [try Self.entry("a", jobs: ["shop"])], wanted: ["a"], vanished: [], accounts: [])
        #expect(fine.findings().map(\.level) == [.ok])
    }

    @Test(
        arguments: [
            ([:], Finding.Level.warning, Status.done, "never ran"),
            (history("shop", ago: 3180), .ok, .done, "is done; the next is at 2026-11-23T10:07:00Z"),
            (history("shop", ago: 3180, outcome: "failed", error: "no route"), .error, .tryAgain, "failed: no route"),
            (history("shop", ago: 3180, outcome: "partial", error: "x"), .warning, .done, "ended as 'partial': x"),
            (history("shop", ago: 60, outcome: "running", isFinished: false), .ok, .done, "is under way"),
            (history("shop", ago: 7000, outcome: "running", isFinished: false), .warning, .done, "cut off"),
            (history("shop", ago: 6780), .warning, .done, "was due at 2026-11-23T09:07:00Z"),
            (history("shop", ago: 90_000), .error, .tryAgain, "was due at 2026-11-23T09:07:00Z"),
        ] as [([String: JobHistory], Finding.Level, Status, String)])
    func runsAreHeldAgainstTheSchedule(
        histories: [String: JobHistory], level: Finding.Level, status: Status, says: String
    ) throws {
        let job = try #require(try JobFixture(Self.files)["shop"])
        let found = RunsCheck(jobs: [job], histories: histories, now: Self.now).findings()
        #expect(found.map(\.level) == [level])
        #expect(found.map(\.status) == [status])
        #expect(found.first?.message.contains(says) == true, "\(found)")
    }

    @Test func whatIsTheSameWithSeveralJobsIsSaidOnce() throws {
        let names = (1...12).map { "job\($0)" }
        let files = names.map { ($0, "tasks: [\($0)]\nschedule: \"7 * * * *\"\nwindow: 1h\n") }
        let set = try JobFixture(Dictionary(uniqueKeysWithValues: files)).set
        // The last two never ran.
        let histories = names.prefix(10).reduce(into: [:]) { $0.merge(Self.history($1, ago: 90_000)) { $1 } }
        let found = RunsCheck(jobs: set.jobs, histories: histories, now: Self.now).findings()
        #expect(found.map(\.level) == [.error, .warning] && found.map(\.status) == [.tryAgain, .done])
        #expect(found.map(\.lead) == ["10 jobs did not run when they were due", "2 jobs never ran"])
        #expect(found[0].items.count == 9 && found[0].items.last == "and 2 more", "\(found[0].items)")
        #expect(found[0].message.contains("job1 (last at ") && found[0].tasks.isEmpty)
    }

    // The firing of 9:07 finds time closed up to 8:52, and the last whole hour ends at 8.
    @Test(arguments: [
        ("2026-11-23 08:00:00", Finding.Level.ok, "1 task covered up to 2026-11-23 08:00:00"),
        ("2026-11-23 07:00:00", .warning, "1 task of 1 behind, by up to 1h"),
        ("2026-11-21 08:00:00", .error, "1 task of 1 behind, by up to 2d"),
    ])
    func tasksAreAsFreshAsTheirFirings(to: String, level: Finding.Level, says: String) throws {
        let job = try #require(try JobFixture(Self.files)["shop"])
        let found = FreshnessCheck(
            jobs: [(job, StorageClock(timeZone: .gmt))], entries: [try Self.entry("a", to: to, jobs: ["shop"])],
            now: Self.now
        ).findings()
        #expect(found.map(\.level) == [level])
        #expect(found.first?.message.contains(says) == true, "\(found)")
    }
}
