import Foundation
import Sandbox
import StorageTime
import TestSupport
import Testing

/// What a newcomer with an account of the API of today does first: find out which API it is, set it up, take rows, get
/// them back.
@Suite(.timeLimit(.minutes(60))) struct OpenAPIFirstHourTests {
    static let weather = TaskSpecification.weather.id

    /// - Parameter usesKey: else a user and a password.
    private func sandbox(
        usesKey: Bool = true, _ change: (inout SandboxConfiguration) -> Void = { _ in },
        _ body: (Program, SandboxStore) async throws -> Void
    ) async throws {
        var configuration = SandboxConfiguration(api: .openAPI)
        change(&configuration)
        try await withSandbox(configuration) { baseURL, store in
            var program = try Program(baseURL: baseURL)
            if usesKey {
                program.variables["OCTOPARSE_USERNAME"] = nil
                program.variables["OCTOPARSE_PASSWORD"] = nil
                program.variables["OCTOPARSE_API"] = "openapi"
                program.variables["OCTOPARSE_API_KEY"] = store.key
            }
            try await body(program, store)
            #expect(store.statistics[.changesTask] == 0, "a task was changed")
        }
    }

    @Test func aRestoreWithoutASourceTakesTheIncrements() async throws {
        try await sandbox { program, store in
            #expect(try await program.run("snapshot", Self.weather, "--source", "unexported").status == 0)
            let none = try await program.run("restore", Self.weather)
            #expect(none.status == 65 && none.errors.contains("--source unexported"), "\(none.errors)")
            #expect(try await program.run("snapshot", Self.weather, "--source", "increments").status == 0)
            let one = try await program.run("restore", Self.weather, "--format", "ndjson")
            #expect(one.status == 0 && multiset(one.output) == store.multiset(of: Self.weather), "\(one.errors)")
            let all = try await program.run("restore", "-o", "rows/", "--format", "ndjson")
            #expect(all.status == 0, "\(all.errors)")
            #expect(program.folder.allFiles().contains { $0.hasPrefix("rows/") })
            let listed = try await program.run("list")
            #expect(listed.output.contains("increments  captured") && listed.output.contains("unexported  captured"))
            let remote = try await program.run("verify", "--remote")
            #expect(remote.output.hasSuffix("increments of 1 task: 1 equal; 1 request\n"), "\(remote.output)")
            let names = try await program.run("list", "--source", "unexported", "--json").jsonLines()
            #expect(names.allSatisfy { ($0["task"] as? [String: Any])?["name"] as? String == "Seattle weather" })
        }
    }

    @Test(arguments: [false, true]) func aProbeTellsHowCursorsAreAnswered(isInclusive: Bool) async throws {
        try await sandbox({ $0.openAPI.cursorIsInclusive = isInclusive }) { program, store in
            let outcome = try await program.run("probe", "Seattle weather", "--json")
            #expect(outcome.status == 0, "\(outcome.errors)")
            let found = try outcome.json()
            #expect(found["api"] as? String == "openapi" && found["task_rows"] as? Int == 1461)
            let cursors = try #require(found["cursors"] as? [String: Any])
            #expect(cursors["cursor"] as? String == (isInclusive ? "inclusive" : "exclusive"))
            #expect(cursors["order"] as? String == "stable" && cursors["rows_per_answer"] as? Int == 1000)
            #expect(cursors["unexported"] as? Int == 1461 && cursors["counts_rows"] as? Bool == false)
            #expect(found["account"] as? [String] == [])
            #expect(store.unexportedCount(of: Self.weather) == 1461, "nothing is marked")
        }
    }

    @Test func aProbeTellsThatAnswersAreCapped() async throws {
        try await sandbox({ configuration in
            configuration.openAPI.smallCap = 10_000
            configuration.openAPI.largeCap = 20_000
        }) { program, _ in
            let outcome = try await program.run("probe", Self.weather)
            #expect(outcome.status == 0 && outcome.output.contains("answers are capped"), "\(outcome.output)")
        }
    }

    @Test func aProbeAndACheckUpFindTheAPIThatAHostSpeaks() async throws {
        try await sandbox(usesKey: false) { program, _ in
            let found = try await program.run("probe", Self.weather, "--json").json()
            #expect(found["api"] as? String == "openapi" && found["account"] as? [String] == ["api: openapi"])
            let doctor = try await program.run("doctor")
            #expect(doctor.status == 78 && doctor.output.contains("api: openapi"), "\(doctor.output)")
        }
        try await withSandbox { baseURL, _ in
            var program = try Program(baseURL: baseURL)
            program.variables["OCTOPARSE_API"] = "openapi"
            let found = try await program.run("probe", Self.weather, "--json").json()
            #expect(found["api"] as? String == "data-export" && found["cursors"] is NSNull)
            #expect((found["account"] as? [String])?.first == "api: data-export")
        }
        var later = SandboxConfiguration()
        later.openAPI.hasLaterPaths = true
        try await withSandbox(later) { baseURL, store in
            let found = try await Program(baseURL: baseURL).run("probe", Self.weather, "--json").json()
            #expect(found["interval"] as? String == "closed")
            let cursors = try #require(found["cursors"] as? [String: Any])
            #expect(cursors["cursor"] as? String == "exclusive" && cursors["unexported"] as? Int == 1461)
            #expect(store.statistics[.unexported] == 0 && store.statistics[.markExported] == 0)
        }
    }

    @Test(arguments: [true, false]) func initSetsSuchAnAccountUp(usesKey: Bool) async throws {
        try await sandbox(usesKey: usesKey) { program, store in
            var program = program
            let baseURL = try #require(program.variables["OCTOPARSE_BASE_URL"])
            for name in ["OCTOPARSE_API", "OCTOPARSE_API_KEY", "OCTOPARSE_USERNAME", "OCTOPARSE_PASSWORD"] {
                program.variables[name] = nil
            }
            let home = "\(program.folder.path)/home"
            try Data("\(usesKey ? store.key : "sandbox")\n".utf8).write(
                to: URL(fileURLWithPath: "\(program.folder.path)/secret"))
            let login =
                usesKey
                ? ["--api", "openapi", "--api-key-file", "secret"]
                : ["--username", "sandbox", "--password-file", "secret"]
            let refused = try await program.run(
                ["init", home, "--base-url", baseURL, "--task", "all", "--window", "1h"] + login)
            #expect(refused.status == 64 && refused.errors.contains("no windows"), "\(refused.errors)")
            #expect(program.folder.allFiles().filter { $0.hasPrefix("home/") } == [])
            let outcome = try await program.run(["init", home, "--base-url", baseURL, "--task", "all"] + login)
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.output.contains("increments") && !outcome.output.contains("zone"), "\(outcome.output)")
            let accounts = try String(contentsOfFile: "\(home)/jobs/accounts.yaml", encoding: .utf8)
            #expect(accounts.contains("api: openapi") && !accounts.contains(store.key), "\(accounts)")
            let secret = "\(home)/jobs/default.\(usesKey ? "key" : "password")"
            let mode = try FileManager.default.attributesOfItem(atPath: secret)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            let check = try await program.run("jobs", "check", "\(home)/jobs")
            #expect(check.status == 0 && !check.output.contains("time_zone"), "\(check.output)\(check.errors)")
            program.variables["OCTOPARSE_BASE_URL"] = nil
            let run = try await program.run("run", "--once", "--jobs", "\(home)/jobs", "--vault", "\(home)/vault")
            #expect(run.status == 0, "\(run.errors)")
            let restored = try await program.run(
                "restore", Self.weather, "--format", "ndjson", "--vault", "\(home)/vault")
            #expect(multiset(restored.output) == store.multiset(of: Self.weather))
            let again = try await program.run("init", home, "--schedule", "*/10 * * * *", "--json")
            #expect(again.status == 0, "\(again.errors)")
            #expect(try again.json()["window"] is NSNull)
        }
    }

    /// Whether a server cuts an answer that is too large or refuses it: everything comes.
    @Test(arguments: [false, true]) func answersOverTheCapAreNoObstacle(isRefused: Bool) async throws {
        try await sandbox({ configuration in
            configuration.openAPI.refusesLargeAnswers = isRefused
            configuration.openAPI.smallCap = 10_000
            configuration.openAPI.largeCap = 20_000
        }) { program, store in
            for source in ["increments", "all", "unexported"] {
                let outcome = try await program.run("snapshot", Self.weather, "--source", source)
                #expect(outcome.status == 0, "\(source): \(outcome.errors)")
                let restored = try await program.run("restore", Self.weather, "--source", source, "--format", "ndjson")
                #expect(multiset(restored.output) == store.multiset(of: Self.weather), "\(source)")
            }
            #expect(store.unexportedCount(of: Self.weather) == 0)
        }
    }

    @Test func aMarkThatCoversMoreThanWasFetchedIsToldWithWhatToDo() async throws {
        try await sandbox({ $0.openAPI.mark = .everything }) { program, store in
            let outcome = try await program.run("snapshot", Self.weather, "--source", "unexported")
            #expect(outcome.status == 65 && outcome.errors.contains("--source increments"), "\(outcome.errors)")
            let rows = try await program.run("snapshot", Self.weather, "--source", "increments")
            #expect(rows.status == 0)
            let restored = try await program.run("restore", Self.weather, "--format", "ndjson")
            #expect(multiset(restored.output) == store.multiset(of: Self.weather))
        }
    }

    @Test func aPlanThatDoesNotAllowItAndAKeyThatIsWrongAreFoundByTheCheckUp() async throws {
        try await sandbox({ $0.openAPI.isAllowed = false }) { program, _ in
            let doctor = try await program.run("doctor")
            #expect(doctor.status == 77 && doctor.output.contains("plan"), "\(doctor.output)")
        }
        try await sandbox { program, _ in
            var program = program
            program.variables["OCTOPARSE_API_KEY"] = "op_sk_wrong"
            let doctor = try await program.run("doctor")
            #expect(doctor.status == 77 && !doctor.output.contains("op_sk_wrong"), "\(doctor.output)")
        }
    }

    @Test func aDamagedIncrementIsHealedFromACopy() async throws {
        try await sandbox { program, store in
            #expect(try await program.run("snapshot", Self.weather, "--source", "increments").status == 0)
            store.insert(task: Self.weather, row: #"{"late":1}"#, at: try StorageInstant(parsing: "2030-01-01"))
            #expect(try await program.run("snapshot", Self.weather, "--source", "increments").status == 0)
            let expected = store.multiset(of: Self.weather)
            #expect(try await program.run("copy", "push", "copy").status == 0)
            // The cloud has none of it any more: the copy alone gives it back.
            _ = store.remove(task: Self.weather) { _ in true }
            for path in program.folder.allFiles() where path.hasPrefix("vault/") && path.hasSuffix(".gz") {
                let handle = try #require(FileHandle(forUpdatingAtPath: "\(program.folder.path)/\(path)"))
                try handle.seek(toOffset: 12)
                try handle.write(contentsOf: [0, 1, 2, 3])
                try handle.close()
            }
            var offline = program
            offline.variables["OCTOPARSE_API_KEY"] = nil
            #expect(try await offline.run("verify").status == 65)
            let healed = try await offline.run("verify", "--heal", "--from-copy", "copy")
            #expect(healed.status == 0, "\(healed.output)\(healed.errors)")
            #expect(try await offline.run("verify", "--deep").status == 0)
            let restored = try await offline.run("restore", Self.weather, "--format", "ndjson")
            #expect(restored.status == 0 && multiset(restored.output) == expected, "\(restored.errors)")
        }
    }
}
