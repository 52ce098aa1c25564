import Foundation
import Sandbox
import StorageTime
import Subprocess
import TestSupport
import Testing

/// Jobs run by the built program against the sandbox, and what history and status tell of it.
@Suite(.timeLimit(.minutes(60))) struct RunCommandTests {
    static let weather = TaskSpecification.weather.id
    /// All of the sample, in windows of thirty days.
    static let job = "tasks: [\(weather)]\nschedule: \"0 3 * * *\"\nwindow: 30d\nstart: 2012-01-01\nsettle: 0s\n"
    static let summaryKeys: Set = [
        "job", "scheduled_at", "started_at", "finished_at", "outcome", "sealed", "empty", "unproven", "failed",
        "retaken", "counted", "rows", "bytes", "requests", "least", "wasted", "retries", "new_tasks",
        "vanished_tasks", "first_error",
    ]

    @Test func onceTakesWhatIsDueAndOnceMoreFindsNothing() async throws {
        try await withSandbox { baseURL, store in try await Self.once(baseURL, store) }
    }

    private static func once(_ baseURL: String, _ store: SandboxStore) async throws {
        let program = try Program(baseURL: baseURL)
        try program.write(jobs: ["weather": job])
        let first = try await program.run("run", "--once", "--json")
        #expect(first.status == 0, "\(first.errors)")
        let summary = try first.json()
        #expect(Set(summary.keys) == summaryKeys)
        #expect(summary["job"] as? String == "weather" && summary["outcome"] as? String == "done")
        #expect(summary["rows"] as? Int == 1461)
        #expect((summary["requests"] as? Int).map { $0 > 50 } == true)
        #expect((summary["bytes"] as? Int).map { $0 > 100_000 } == true)

        let again = try await program.run("run", "--once", "--json")
        #expect(again.status == 0, "\(again.errors)")
        #expect(try again.json()["sealed"] as? Int == 0)
        #expect(again.errors.isEmpty, "a run without work is not worth a line")

        let restored = try await program.run("restore", weather, "--format", "ndjson")
        #expect(multiset(restored.output) == store.multiset(of: weather))

        let history = try await program.run("history", "--json")
        let runs = try history.jsonLines()
        #expect(runs.map { $0["rows"] as? Int } == [1461, 0], "the newest last")
        #expect(runs.allSatisfy { $0["outcome"] as? String == "done" && $0["finished_at"] is String })
        let table = try await program.run("history", "--job", "weather", "-n", "1")
        #expect(table.lines.count == 2 && table.lines[0].hasPrefix("STARTED"))
        let unknown = try await program.run("history", "--job", "wether")
        #expect(unknown.status == 64 && unknown.errors.contains("the jobs that ran are weather"))
    }

    @Test func statusTellsOfTheJobsThatTakeATask() async throws {
        try await withSandbox { baseURL, _ in try await Self.status(baseURL) }
    }

    private static func status(_ baseURL: String) async throws {
        let program = try Program(baseURL: baseURL)
        try program.write(jobs: ["weather": job])
        _ = try await program.run("run", "--once")
        let status = try await program.run("status", "--json")
        #expect(status.status == 0, "\(status.output)\(status.errors)")
        let line = try #require(try status.jsonLines().first)
        #expect(line["jobs"] as? [String] == ["weather"])
        #expect(line["last_outcome"] as? String == "done")
        let run = try #require(try await program.run("history", "--json").jsonLines().last)
        #expect(line["last_run"] as? String == run["started_at"] as? String)
        #expect((line["next_run"] as? String)?.hasSuffix("T03:00:00Z") == true)
        let freshness = try #require(line["freshness"] as? Int)
        #expect((0...31 * 86_400).contains(freshness), "the windows are thirty days long")

        let text = try await program.run("status")
        #expect(text.output.contains("\n  last run  ") && text.output.contains("\n  next run  "))
        let old = try await program.run("status", "--max-age", "1s")
        #expect(old.status == 65 && old.errors.contains("older than 1s") && old.errors.contains(weather))
        #expect(try await program.run("status", "--max-age", "60d").status == 0)
        #expect(try await program.run("status", "--max-age", "soon").status == 64)

        try program.write(jobs: ["more": "tasks: [never-taken]\nschedule: \"0 3 * * *\"\n"])
        let missing = try await program.run("status", "--max-age", "60d")
        #expect(missing.status == 65 && missing.errors.contains("never-taken (nothing is covered)"))
        try program.write(jobs: ["wrong": "tasks: 7\n"])
        #expect(try await program.run("status").status == 0, "without --jobs, wrong files are passed over")
        #expect(try await program.run("status", "--jobs", "jobs").status == 78)
    }

    @Test func groupsAreListedAndTheirChangesReported() async throws {
        let specification = TaskSpecification(id: "other")
        let configuration = SandboxConfiguration(
            tasks: [.weather, specification],
            groups: [
                try GroupSpecification.parse("7=Seven:\(Self.weather)"), try GroupSpecification.parse("8=Eight:other"),
            ])
        try await withSandbox(configuration) { baseURL, _ in try await Self.groups(baseURL) }
    }

    private static func groups(_ baseURL: String) async throws {
        let program = try Program(baseURL: baseURL)
        let rest = "schedule: \"0 3 * * *\"\nwindow: 30d\nstart: 2012-01-01\n"
        try program.write(jobs: ["grouped": "groups: [7]\n" + rest])
        let first = try await program.run("run", "--once", "--json")
        #expect(first.status == 0, "\(first.errors)")
        #expect(try first.json()["new_tasks"] as? [[String: String]] == [])
        try program.write(jobs: ["grouped": "groups: [8]\n" + rest])
        let second = try await program.run("run", "--once", "--json")
        #expect(second.status == 0, "\(second.errors)")
        let summary = try second.json()
        #expect((summary["new_tasks"] as? [[String: String]])?.map { $0["task"] } == ["other"])
        #expect((summary["vanished_tasks"] as? [[String: String]])?.map { $0["task"] } == [weather])
        #expect(second.errors.contains("Tasks have vanished"))
        #expect(try await program.run("restore", weather, "--format", "ndjson").lines.count == 1461)
        try program.write(jobs: ["grouped": "groups: [8, 99]\n" + rest])
        let missing = try await program.run("run", "--once", "--json")
        #expect(missing.status == 75, "\(missing.errors)")
        #expect(try missing.json()["first_error"] as? String == "the account has no task group '99'")
    }

    @Test func onceEndsWithTheWorstVerdict() async throws {
        try await withSandbox { baseURL, _ in try await Self.worst(baseURL) }
    }

    private static func worst(_ baseURL: String) async throws {
        var program = try Program(baseURL: baseURL)
        program.variables["WRONG_PASSWORD"] = "wrong"
        let rest = "base_url: \(baseURL), username: sandbox, time_zone: UTC, requests_per_second: 0"
        try program.write(jobs: [
            "accounts": "default: {\(rest), password_env: OCTOPARSE_PASSWORD}\n"
                + "wrong: {\(rest), password_env: WRONG_PASSWORD}\n",
            "a": job, "b": "tasks: [nowhere]\nschedule: \"0 3 * * *\"\nstart: 2012-01-01\nwindow: 365d\n",
            "c": "account: wrong\ntasks: [x]\nsource: all\nschedule: \"0 3 * * *\"\n",
        ])
        let all = try await program.run("run", "--once", "--json")
        #expect(all.status == 77, "\(all.errors)")
        #expect(try all.jsonLines().map { $0["outcome"] as? String } == ["done", "failed", "failed"])
        #expect(try await program.run("run", "--once", "--job", "a").status == 0)
        #expect(try await program.run("run", "--once", "--job", "a", "--job", "b").status == 75)
        #expect(try await program.run("run", "--once", "--job", "d").status == 64)
        #expect(try await program.run("run", "--job", "a").status == 64)
    }

    @Test func wrongFilesAreAllNamedAndNothingRuns() async throws {
        var program = try Program()
        try program.write(jobs: ["a": "tasks: 7\nschedule: \"61 * * * *\"\n"])
        let wrong = try await program.run("run", "--once")
        #expect(wrong.status == 78)
        #expect(wrong.errors.split(separator: "\n").count == 2, "\(wrong.errors)")
        try program.write(jobs: ["a": Self.job])
        program.variables["OCTOPARSE_PASSWORD"] = nil
        let lacking = try await program.run("run")
        #expect(lacking.status == 78 && lacking.errors.contains("OCTOPARSE_PASSWORD"))
        #expect(!FileManager.default.fileExists(atPath: program.vault))
    }
}
