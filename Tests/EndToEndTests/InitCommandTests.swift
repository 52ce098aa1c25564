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
                Self.flags(baseURL, program) + ["--task", "all", "--start", "2015-12-01", "--window", "1d", "--json"])
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(try outcome.json()["window"] as? String == "1d")
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
}
