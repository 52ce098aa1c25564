import Foundation
import Sandbox
import TestSupport
import Testing

/// From nothing to a first backup by `octovault init`.
@Suite struct InitCommandTests {
    private static let weather = TaskSpecification.weather.id

    private static func flags(_ baseURL: String, _ program: Program, password: String = "sandbox") throws -> [String] {
        let file = program.folder.path + "/secret"
        try Data("\(password)\n".utf8).write(to: URL(fileURLWithPath: file))
        return [
            "init", program.folder.path + "/home", "--base-url", baseURL, "--username", "sandbox", "--password-file",
            file, "--requests-per-second", "0",
        ]
    }

    @Test func whatIsWrittenBacksUpAtOnce() async throws {
        try await withSandbox { baseURL, store in
            let program = try Program(baseURL: baseURL)
            let home = program.folder.path + "/home"
            let outcome = try await program.run(
                Self.flags(baseURL, program) + ["--task", "all", "--start", "2015-12-01", "--window", "30d", "--json"])
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(try outcome.json()["window"] as? String == "30d")
            let mode = try FileManager.default.attributesOfItem(atPath: home + "/jobs/default.password")
            #expect(mode[.posixPermissions] as? Int == 0o600)
            let accounts = try String(contentsOfFile: home + "/jobs/accounts.yaml", encoding: .utf8)
            #expect(accounts.contains("password_file: default.password") && !accounts.contains("password: "))
            let check = try await program.run("jobs", "check", home + "/jobs")
            #expect(check.status == 0, "\(check.errors)")
            let run = try await program.run(
                "run", "--once", "--jobs", home + "/jobs", "--vault", home + "/vault")
            #expect(run.status == 0, "\(run.errors)")
            let list = try await program.run("list", "--json", "--vault", home + "/vault").jsonLines()
            #expect(list.reduce(0) { $0 + ($1["rows"] as? Int ?? 0) } == 31)
        }
    }

    @Test(arguments: [
        (["--task", "nix"], "sandbox", 64, "no task 'nix'"), (["--task", "all"], "wrong", 77, "credentials"),
        (["--task", "all", "--window", "7x"], "sandbox", 78, "window"),
        (["--task", "all", "--schedule", "often"], "sandbox", 78, "schedule"),
        (["--task", "all", "--time-zone", "Mars/Base"], "sandbox", 78, "Mars/Base"),
    ])
    func nothingIsWrittenUnlessAllIsWell(flags: [String], password: String, status: Int, says: String) async throws {
        try await withSandbox { baseURL, _ in
            let program = try Program(baseURL: baseURL)
            let outcome = try await program.run(Self.flags(baseURL, program, password: password) + flags)
            #expect(outcome.status == status, "\(outcome.errors)")
            #expect(outcome.errors.contains(says), "\(outcome.errors)")
            let files = program.folder.allFiles().filter { $0.hasPrefix("home/") }
            #expect(files == [])
        }
    }

    @Test func runAgainItChangesWhatItIsAskedTo() async throws {
        try await withSandbox { baseURL, _ in
            let program = try Program(baseURL: baseURL)
            let home = program.folder.path + "/home"
            #expect(try await program.run(Self.flags(baseURL, program) + ["--task", Self.weather]).status == 0)
            let before = try String(contentsOfFile: home + "/jobs/backup.yaml", encoding: .utf8)
            let again = try await program.run("init", home, "--window", "12h", "--json")
            #expect(again.status == 0, "\(again.errors)")
            let after = try String(contentsOfFile: home + "/jobs/backup.yaml", encoding: .utf8)
            #expect(after.contains("window: 12h") && after.contains(Self.weather))
            #expect(try String(contentsOfFile: home + "/jobs/backup.yaml.old", encoding: .utf8) == before)
            #expect(!FileManager.default.fileExists(atPath: home + "/jobs/accounts.yaml.old"))
        }
    }

    @Test func anAccountWithAKeyIsSetUpForItsAPI() async throws {
        try await withSandbox(SandboxConfiguration(api: .openAPI)) { baseURL, store in
            var program = try Program(baseURL: baseURL)
            for name in ["OCTOPARSE_USERNAME", "OCTOPARSE_PASSWORD", "OCTOPARSE_BASE_URL"] {
                program.variables[name] = nil
            }
            let (home, file) = (program.folder.path + "/home", program.folder.path + "/key")
            try Data("\(store.key)\n".utf8).write(to: URL(fileURLWithPath: file))
            let flags = [
                "init", home, "--base-url", baseURL, "--api", "openapi", "--requests-per-second", "0", "--task", "all",
            ]
            try Data("wrong\n".utf8).write(to: URL(fileURLWithPath: file + "2"))
            let refused = try await program.run(flags + ["--api-key-file", file + "2"])
            #expect(refused.status == 77 && !program.folder.allFiles().contains { $0.hasPrefix("home/") })
            let outcome = try await program.run(flags + ["--api-key-file", file])
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.output.contains("restore \(Self.weather) --source increments"), "\(outcome.output)")
            let secret = try FileManager.default.attributesOfItem(atPath: home + "/jobs/default.key")
            #expect(secret[.posixPermissions] as? Int == 0o600)
            let run = try await program.run("run", "--once", "--jobs", home + "/jobs", "--vault", home + "/vault")
            #expect(run.status == 0, "\(run.errors)")
            let rows = try await program.run(
                "restore", Self.weather, "--source", "increments", "--format", "ndjson", "--vault", home + "/vault")
            #expect(rows.lines.count == store.rowCount(of: Self.weather), "\(rows.errors)")
            // What is there is kept: the key, and which API it is for.
            let before = try String(contentsOfFile: home + "/jobs/accounts.yaml", encoding: .utf8)
            let again = try await program.run("init", home, "--schedule", "7 * * * *")
            #expect(again.status == 0, "\(again.errors)")
            #expect(try String(contentsOfFile: home + "/jobs/accounts.yaml", encoding: .utf8) == before)
            #expect(try String(contentsOfFile: home + "/jobs/backup.yaml", encoding: .utf8).contains("7 * * * *"))
        }
    }

    @Test func rowsOlderThanAMonthAreTold() async throws {
        try await withSandbox { baseURL, store in
            let program = try Program(baseURL: baseURL)
            let flags = try Self.flags(baseURL, program) + ["--task", "all", "--window", "1d"]
            let first = try await program.run(flags)
            #expect(first.status == 0, "\(first.errors)")
            let told = "1,461 rows are older: --start 2012-01-01 takes them, too"
            #expect(first.output.contains(told), "\(first.output)")
            #expect(store.log.count { $0.endpoint != .token } < 40)
            let whole = try await program.run(flags + ["--start", "2012-01-01", "--json"]).json()
            // A window a day since then, each an answer at the least.
            let days = Int(Date().timeIntervalSince1970 / 86_400) - 15_340
            let requests = try #require(whole["requests"] as? Int)
            #expect(abs(requests - days) <= 2, "\(requests)")
            #expect(whole["older_rows"] as? Int == 0)
        }
    }

    /// On a terminal, by `script`, which Debian has.
    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/script")))
    func aPasswordThatIsRefusedIsAskedForAgain() async throws {
        try await withSandbox { baseURL, _ in
            var program = try Program(baseURL: baseURL)
            for name in ["OCTOPARSE_USERNAME", "OCTOPARSE_PASSWORD", "OCTOPARSE_BASE_URL"] {
                program.variables[name] = nil
            }
            let outcome = try await program.shell(
                "sh", "-c",
                """
                printf '%s\\n' "$2" sandbox wrong sandbox sandbox 1 2015-12-01 >answers
                script -qec "'$1' init home --window 1d --requests-per-second 0" /dev/null <answers
                """, "sh", Program.path, baseURL)
            #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
            #expect(outcome.output.contains("refuses the credentials"), "\(outcome.output)")
            #expect(outcome.output.contains("First day to back up [2012-01-01]"), "\(outcome.output)")
            let job = try String(contentsOfFile: program.folder.path + "/home/jobs/backup.yaml", encoding: .utf8)
            #expect(job.contains("start: 2015-12-01"))
        }
    }
}
