import Foundation
import Records
import Sandbox
import StorageTime
import TestSupport
import Testing

/// The check-up of the built program: with an account, without one, on a sound vault and on one in trouble.
@Suite struct DoctorCommandTests {
    static let weather = TaskSpecification.weather.id

    private static func backfilled(_ baseURL: String) async throws -> Program {
        let program = try Program(baseURL: baseURL)
        let outcome = try await program.run(
            "backfill", weather, "--from", "2012-01-01", "--to", "2012-02-01", "--window", "1d")
        #expect(outcome.status == 0, "\(outcome.errors)")
        return program
    }

    private static func findings(_ outcome: Program.Outcome) throws -> [(check: String, level: String, message: String)]
    {
        let all = try #require(try outcome.json()["findings"] as? [[String: Any]])
        return all.map {
            ($0["check"] as? String ?? "", $0["level"] as? String ?? "", $0["message"] as? String ?? "")
        }
    }

    @Test func aSoundInstallationIsWellInAHandfulOfRequests() async throws {
        try await withSandbox { baseURL, store in
            let program = try await Self.backfilled(baseURL)
            store.resetStatistics()
            let before = program.folder.allFiles()
            let outcome = try await program.run("doctor", "--json")
            #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
            let found = try Self.findings(outcome)
            #expect(found.allSatisfy { $0.level == "ok" || $0.check == "job files" }, "\(outcome.output)")
            for check in [
                "account", "clock", "time zone", "vault", "disk", "permissions", "catalog", "coverage", "locks",
                "lost+found", "damage",
            ] {
                #expect(found.contains { $0.check == check }, "\(check) is missing")
            }
            #expect(store.log.count <= 7, "\(store.log.count)")
            #expect(program.folder.allFiles() == before)
            let page = try await program.run("doctor")
            // The verdict stands above, and the one warning has advice below it.
            #expect(page.lines.first?.hasSuffix("Nothing is missing.") == true, "\(page.output)")
            #expect(page.lines.count == found.count + 3, "\(page.output)")
            #expect(page.lines.last == "1 warning", "\(page.output)")
        }
    }

    @Test func withoutAnAccountEverythingElseIsLookedAt() async throws {
        try await withSandbox { baseURL, store in
            var program = try await Self.backfilled(baseURL)
            program.variables["OCTOPARSE_USERNAME"] = nil
            store.resetStatistics()
            let outcome = try await program.run("doctor", "--json")
            #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
            let found = try Self.findings(outcome)
            #expect(found.first { $0.check == "account" }?.level == "warning")
            #expect(found.first { $0.check == "account" }?.message.contains("OCTOPARSE_USERNAME") == true)
            #expect(!found.contains { $0.check == "clock" || $0.check == "time zone" })
            #expect(found.contains { $0.check == "catalog" && $0.level == "ok" })
            #expect(store.log.isEmpty)
        }
    }

    @Test func troubleIsNamedWithWhatToDoAndTheWorstIsTheVerdict() async throws {
        try await withSandbox { baseURL, _ in
            let program = try await Self.backfilled(baseURL)
            _ = try await program.run(
                "backfill", Self.weather, "--from", "2012-03-01", "--to", "2012-03-03", "--window", "1d")
            let files = program.folder.allFiles().filter { $0.hasPrefix("vault/vault_source") }
            let archive = try #require(files.first { $0.hasSuffix(".gz") })
            var bytes = try Data(contentsOf: URL(fileURLWithPath: "\(program.folder.path)/\(archive)"))
            bytes[bytes.count / 2] ^= 8
            try bytes.write(to: URL(fileURLWithPath: "\(program.folder.path)/\(archive)"))
            #expect(try await program.run("verify").status == 65)
            let manifest = try #require(files.last { $0.hasSuffix(".json") })
            try FileManager.default.removeItem(atPath: "\(program.folder.path)/\(manifest)")
            try FileManager.default.createDirectory(
                atPath: "\(program.vault)/lost+found", withIntermediateDirectories: true)
            try "x".write(toFile: "\(program.vault)/lost+found/x", atomically: false, encoding: .utf8)
            let tokens = "\(program.folder.path)/state/octovault/tokens"
            #expect(chmod(tokens, 0o755) == 0)
            let outcome = try await program.run("doctor", "--json")
            #expect(outcome.status == 65, "\(outcome.output)\(outcome.errors)")
            let found = try Self.findings(outcome)
            for (check, level, says) in [
                ("damage", "error", "is damaged"), ("coverage", "error", "2 gaps"),
                ("catalog", "error", "which is not there"), ("lost+found", "warning", "1 file lies"),
                ("permissions", "warning", "the folder of tokens"),
            ] {
                let finding = found.first { $0.check == check && $0.level == level }
                #expect(finding?.message.contains(says) == true, "\(check): \(outcome.output)")
            }
            #expect(chmod(tokens, 0o700) == 0)
        }
    }

    @Test func refusedCredentialsEndWith77AndTheSecretIsNotShown() async throws {
        try await withSandbox { baseURL, _ in
            var program = try Program(baseURL: baseURL, password: "a-wrong-secret")
            let outcome = try await program.run("doctor")
            #expect(outcome.status == 77, "\(outcome.output)\(outcome.errors)")
            #expect(!(outcome.output + outcome.errors).contains("a-wrong-secret"))
            #expect(outcome.output.contains("there is no vault"), "\(outcome.output)")
            program.variables["OCTOPARSE_BASE_URL"] = "http://127.0.0.1:9"
            #expect(try await program.run("doctor").status == 69)
        }
    }

    @Test func jobsAreHeldAgainstTheAccountAndTheVault() async throws {
        try await withSandbox { baseURL, _ in
            let program = try await Self.backfilled(baseURL)
            try FileManager.default.createDirectory(
                atPath: "\(program.folder.path)/jobs", withIntermediateDirectories: true)
            func write(_ name: String, _ text: String) throws {
                try text.write(toFile: "\(program.folder.path)/jobs/\(name).yaml", atomically: false, encoding: .utf8)
            }
            try write("gone", "groups: [999]\nschedule: \"@daily\"\n")
            try write("other", "tasks: [never-seen]\nschedule: \"@daily\"\n")
            let outcome = try await program.run("doctor", "--json")
            #expect(outcome.status == 75, "\(outcome.output)\(outcome.errors)")
            let found = try Self.findings(outcome)
            for says in [
                "task group 999", "task never-seen belongs", "no job takes task \(Self.weather)",
                "2 jobs never ran: gone ",
            ] {
                #expect(found.contains { $0.message.contains(says) }, "\(says): \(outcome.output)")
            }
            try write("wrong", "tasks: [x]\nschedule: often\n")
            let wrong = try await program.run("doctor", "--jobs", "jobs")
            #expect(wrong.status == 78, "\(wrong.output)")
            #expect(wrong.output.contains("jobs/wrong.yaml:2"), "\(wrong.output)")
        }
    }

    @Test func aZoneThatTheNewestRowsContradictIsAnError() async throws {
        var configuration = SandboxConfiguration()
        configuration.timeZone = try #require(TimeZone(identifier: "Asia/Shanghai"))
        try await withSandbox(configuration) { baseURL, store in
            let program = try Program(baseURL: baseURL)
            let shanghai = StorageClock(timeZone: TimeZone(identifier: "Asia/Shanghai"))
            store.insert(task: Self.weather, row: #"{"n":"1"}"#, at: shanghai.storageTime(at: Date()).advanced(by: -60))
            _ = try await program.run(
                "backfill", Self.weather, "--from", "2012-01-01", "--to", "2012-02-01", "--window", "1d")
            let outcome = try await program.run("doctor", "--json")
            #expect(outcome.status == 78, "\(outcome.output)\(outcome.errors)")
            let zone = try Self.findings(outcome).first { $0.check == "time zone" }
            #expect(
                zone?.message.contains("task \(Self.weather) has 1 row in the future") == true, "\(outcome.output)")
        }
    }
}
