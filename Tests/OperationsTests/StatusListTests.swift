import Archive
import Foundation
import OctoparseAPI
import Records
import StorageTime
import Testing

@testable import Catalog
@testable import Jobs
@testable import Operations
@testable import Vault

/// What is said of many tasks at once.
@Suite struct StatusListTests {
    private static func entry(
        _ task: String, gaps: Bool = false, damaged: Bool = false, age: Int? = 3600, outcome: String? = nil,
        kept: Int = 0, name: String = ""
    ) throws -> StatusReport.Entry {
        var status = SeriesStatus(series: Series(task: task, source: .storageTime, host: "h", name: name))
        let day = { try Window(from: StorageInstant(parsing: $0), to: StorageInstant(parsing: $1)) }
        if age != nil { status.covered = WindowSet([try day("2026-11-01", "2026-11-02")]) }
        if gaps { status.covered.insert(try day("2026-11-03", "2026-11-04")) }
        if damaged { status.damaged.insert(try day("2026-11-01", "2026-11-02")) }
        status.kept = kept
        var outlook = TaskOutlook()
        outlook.freshness = age
        outlook.lastRun = outcome.map {
            var run = RunRecord(job: "j", scheduledAt: .now, startedAt: .now)
            run.outcome = $0
            return run
        }
        return (TaskStatus(status, openFrom: try StorageInstant(parsing: "2026-11-23")), outlook)
    }

    @Test func theWorstComesFirstAndOfEachKindTheOldest() throws {
        let entries = [
            try Self.entry("fine"), try Self.entry("older", age: 7200), try Self.entry("gappy", gaps: true),
            try Self.entry("failed", outcome: "failed"), try Self.entry("broken", damaged: true),
            try Self.entry("nothing", age: nil), try Self.entry("late", age: 9 * 3600),
        ]
        let list = StatusList(entries, maxAge: Seconds(8 * 3600))
        #expect(
            list.entries.map(\.status.task) == [
                "broken", "gappy", "nothing", "failed", "late", "older", "fine",
            ])
        #expect(
            list.counts
                == "7 tasks, 0 rows: 1 damaged, 1 with gaps, 1 with nothing covered, 1 whose last run failed, 1 too old, "
                + "2 fine; the newest time of each is between 1h and 9h old")
    }

    @Test func whereNothingIsWrongOnlyNumbersAreTold() throws {
        #expect(StatusList([]).counts.isEmpty)
        var entry = try Self.entry("a")
        #expect(StatusList([entry]).counts == "1 task, 0 rows; its newest time is 1h old")
        entry.outlook.isFreshnessBound = true
        #expect(
            StatusList([entry]).counts
                == "1 task, 0 rows; its newest time is 1h old at most, for no time zone is set")
    }

    @Test func aTaskIsWhatIsWorstOfIt() throws {
        func state(_ entry: StatusReport.Entry, behind: Int = 0, maxAge: Int? = nil) -> TaskState {
            var outlook = entry.outlook
            outlook.behind = behind
            return TaskState(entry.status, outlook, maxAge: maxAge)
        }
        #expect(state(try Self.entry("t")) == .fine)
        #expect(state(try Self.entry("t"), behind: 1) == .behind)
        #expect(state(try Self.entry("t", outcome: "partial"), behind: 1) == .failed)
        #expect(state(try Self.entry("t", age: 99, outcome: "failed"), maxAge: 98) == .old)
        #expect(state(try Self.entry("t", age: nil), maxAge: 98) == .nothing)
        #expect(state(try Self.entry("t", gaps: true), behind: 1) == .gaps)
        #expect(state(try Self.entry("t", gaps: true, damaged: true)) == .damaged)
        #expect(TaskState.allCases == TaskState.allCases.sorted())
    }

    /// Each check that is about tasks says a thing once, and names all tasks.
    @Test(arguments: [1, 2, 40]) func aCheckupSaysEachThingOnce(_ count: Int) async throws {
        let entries = try (0..<count).map { try Self.entry("task-\($0)", gaps: true) }
        let found = CoverageCheck(entries: entries.map(\.status)).findings()
        #expect(found.count == 1 && found[0].tasks.count == count)
        #expect(found[0].message.contains("task-0") && (count == 1 || found[0].message.contains("\(count) tasks")))
        let now = try StorageInstant(parsing: "2026-11-23")
        let old = ExpiryCheck(
            tasks: entries.map { .init(status: $0.status, oldestAge: 21 * 86_400, isTaken: false, now: now) }
        ).findings()
        #expect(old.count == 1 && old[0].level == .warning)
        let damages = (0..<count).map {
            DamageRecord(
                path: "\($0).manifest.json", task: "t\($0)", source: .storageTime, window: nil, code: "member-corrupt",
                foundAt: Date(timeIntervalSince1970: 0))
        }
        #expect(DamageCheck(damages: damages).findings().map(\.status) == [.dataDamaged])
    }

    /// How far back somebody asked is not how long the cloud keeps rows.
    @Test func aNewVaultHasNothingNearItsEnd() throws {
        let status = try Self.entry("t", gaps: true).status
        let now = try StorageInstant(parsing: "2026-11-23")
        func levels(hasLost: Bool) -> [Finding.Level] {
            ExpiryCheck(tasks: [
                .init(status: status, oldestAge: 21 * 86_400, isTaken: false, now: now, hasLost: hasLost)
            ]).findings().map(\.level)
        }
        #expect(levels(hasLost: true) == [.warning])
        #expect(levels(hasLost: false).allSatisfy { $0 == .ok })
    }
}

/// What is said of an account that is not there.
@Suite struct AccountProblemTests {
    @Test(arguments: [
        (["OCTOPARSE_USERNAME": "ada"], "OCTOPARSE_PASSWORD", "OCTOPARSE_USERNAME"),
        (["OCTOPARSE_PASSWORD": "secret-secret"], "OCTOPARSE_USERNAME", "OCTOPARSE_PASSWORD"),
        (
            ["OCTOPARSE_USERNAME": "ada", "OCTOPARSE_PASSWORD": "secret-secret", "OCTOPARSE_TIME_ZONE": "Mars"],
            "OCTOPARSE_TIME_ZONE", "OCTOPARSE_PASSWORD"
        ),
        (
            ["OCTOPARSE_USERNAME": "ada", "OCTOPARSE_PASSWORD": "secret-secret", "OCTOPARSE_BASE_URL": "ftp://x"],
            "OCTOPARSE_BASE_URL", "OCTOPARSE_USERNAME"
        ),
    ])
    func aProblemNamesTheVariableThatIsWrongAndNotWhatIsSet(
        _ environment: [String: String], _ wrong: String, _ right: String
    ) throws {
        let choice = AccountChoice(name: nil, jobs: "/nowhere", environment: environment)
        let problem = try #require(throws: Problem.self) { try choice.account() }
        let text = problem.message + " " + (problem.hint ?? "")
        #expect(problem.status == .badConfiguration && problem.code == "no-account")
        #expect(problem.message.contains(wrong), "\(text)")
        #expect(!text.contains("\(right) ") && !text.contains("\(right),"), "\(text)")
        #expect(!text.contains("secret-secret"))
    }

    @Test func refusedCredentialsSayWhereTheyComeFrom() throws {
        let account = try Account.fromEnvironment(["OCTOPARSE_USERNAME": "ada", "OCTOPARSE_PASSWORD_FILE": "/etc/pw"])
        let error = account.explained(APIError(.credentialsRefused, "h refuses the credentials", hint: nil))
        #expect(Problem(error).hint?.contains("/etc/pw") == true && Problem(error).status == .noPermission)
    }
}

/// Files whose endings stand for what restore does not write.
@Suite struct RestoreTargetTests {
    @Test(arguments: [
        "xlsx", "XLS", "ods", "zst", "bz2", "xz", "zip", "7z", "lz4", "csv.zst", "parquet", "avro", "orc", "feather",
        "xml",
        "html", "sql", "pkl", "tar", "tgz",
    ])
    func anEndingThatMeansSomethingElseIsRefused(_ ending: String) throws {
        let problem = try #require(throws: Problem.self) {
            try RestoreTarget(out: "/tmp/rows.\(ending)", format: nil, gzip: false, split: nil, tasks: 1)
        }
        #expect(problem.status == .usage && problem.hint != nil)
        // Whoever says what is to be in the file is believed.
        _ = try RestoreTarget(out: "/tmp/rows.\(ending)", format: "csv", gzip: false, split: nil, tasks: 1)
    }

    @Test(arguments: ["csv", "csv.gz", "tsv", "tab", "ndjson", "jsonl", "json", "db", "sqlite3", "txt", "out", "2026"])
    func everyOtherEndingIsWritten(_ ending: String) throws {
        _ = try RestoreTarget(out: "/tmp/rows.\(ending)", format: nil, gzip: false, split: nil, tasks: 1)
    }
}
