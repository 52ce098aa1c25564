import Foundation
import Sandbox
import StorageTime
import TestSupport
import Testing

/// The built program on an account of the API of today, from a key to a restored row.
@Suite(.timeLimit(.minutes(60))) struct OpenAPIWayTests {
    static let weather = TaskSpecification.weather.id

    private func sandbox(
        _ change: (inout SandboxConfiguration) -> Void = { _ in }, _ body: (Program, SandboxStore) async throws -> Void
    ) async throws {
        var configuration = SandboxConfiguration(api: .openAPI)
        change(&configuration)
        try await withSandbox(configuration) { baseURL, store in
            var program = try Program(baseURL: baseURL)
            program.variables["OCTOPARSE_USERNAME"] = nil
            program.variables["OCTOPARSE_PASSWORD"] = nil
            program.variables["OCTOPARSE_API"] = "openapi"
            program.variables["OCTOPARSE_API_KEY"] = store.key
            try await body(program, store)
            #expect(store.statistics[.changesTask] == 0, "a task was changed")
        }
    }

    private func expectRestored(_ program: Program, _ store: SandboxStore, _ source: String = "increments") async throws
    {
        let restored = try await program.run("restore", Self.weather, "--source", source, "--format", "ndjson")
        #expect(restored.status == 0, "\(restored.errors)")
        #expect(multiset(restored.output) == store.multiset(of: Self.weather))
    }

    @Test func incrementsGoTheWholeWay() async throws {
        try await sandbox { program, store in
            let first = try await program.run("snapshot", Self.weather, "--source", "increments", "--json")
            #expect(first.status == 0, "\(first.errors)")
            #expect(try first.json()["rows"] as? Int == store.rowCount(of: Self.weather))
            try await expectRestored(program, store)
            store.insert(task: Self.weather, row: #"{"late":1}"#, at: try StorageInstant(parsing: "2030-01-01"))
            let second = try await program.run("snapshot", Self.weather, "--source", "increments", "--json")
            #expect(try second.json()["rows"] as? Int == 1)
            #expect(try second.json()["requests"] as? Int == 1)
            let third = try await program.run("snapshot", Self.weather, "--source", "increments", "--json")
            #expect(try third.json()["result"] as? String == "unchanged" && third.json()["requests"] as? Int == 1)
            try await expectRestored(program, store)
            let listed = try await program.run("list", "--json").jsonLines()
            #expect(listed.last?["rest_total"] as? Int == 0)
            #expect((listed.first?["range"] as? [String: Any])?["after"] as? String == "0")
            let status = try await program.run("status", "--json").json()
            #expect(status["source"] as? String == "increments")
            #expect(status["rows"] as? Int == store.rowCount(of: Self.weather))
            for arguments in [
                ["verify", "--deep"], ["verify", "--remote"], ["verify", "--remote", "--deep"],
                ["verify", "--reconcile"],
                ["catalog", "rebuild"], ["compact"],
            ] {
                let outcome = try await program.run(arguments)
                #expect(outcome.status == 0, "\(arguments): \(outcome.errors)\(outcome.output)")
            }
            try await expectRestored(program, store)
        }
    }

    @Test func aUserAndAPasswordServeAsWell() async throws {
        try await sandbox { program, store in
            var program = program
            program.variables["OCTOPARSE_API_KEY"] = nil
            program.variables["OCTOPARSE_USERNAME"] = "sandbox"
            program.variables["OCTOPARSE_PASSWORD"] = "sandbox"
            let tasks = try await program.run("tasks", "--json")
            #expect(tasks.status == 0, "\(tasks.errors)")
            #expect(try tasks.json()["task"] as? String == Self.weather)
            #expect(try await program.run("snapshot", Self.weather, "--source", "increments").status == 0)
            try await expectRestored(program, store)
        }
    }

    @Test func aJobOfSuchAnAccountTakesIncrements() async throws {
        try await sandbox { program, store in
            try program.write(jobs: ["w": "tasks: [\(Self.weather)]\nschedule: \"*/10 * * * *\"\n"])
            #expect(try await program.run("run", "--once").status == 0)
            try await expectRestored(program, store)
            let again = try await program.run("run", "--once", "--json").json()
            #expect(again["requests"] as? Int == 1 && again["counted"] as? Int == 1)
        }
    }

    @Test func damagedIncrementsAreHealed() async throws {
        try await sandbox { program, store in
            #expect(try await program.run("snapshot", Self.weather, "--source", "increments").status == 0)
            let files = try await program.run("list", "--files").output.split(separator: "\n")
            let archive = try #require(files.first)
            let path = archive.hasPrefix("/") ? String(archive) : "\(program.folder.path)/\(archive)"
            let handle = try #require(FileHandle(forUpdatingAtPath: path), "\(path)")
            try handle.seek(toOffset: 40)
            try handle.write(contentsOf: [1, 2, 3, 4])
            try handle.close()
            var offline = program
            offline.variables["OCTOPARSE_API_KEY"] = nil
            let waiting = try await offline.run("verify", "--heal")
            #expect(waiting.status == 65 && waiting.output.contains("needs the account"), "\(waiting.output)")
            let healed = try await program.run("verify", "--heal")
            #expect(healed.status == 0, "\(healed.output)\(healed.errors)")
            try await expectRestored(program, store)
            let again = try await program.run("snapshot", Self.weather, "--source", "increments", "--json")
            #expect(try again.json()["requests"] as? Int == 1)
        }
    }

    @Test func windowsAreRefusedWithWhatToUse() async throws {
        try await sandbox { program, _ in
            let backfill = try await program.run("backfill", Self.weather, "--from", "2012-01-01", "--to", "2012-02-01")
            #expect(backfill.status == 78 && backfill.errors.contains("--source increments"), "\(backfill.errors)")
            try program.write(jobs: ["w": "tasks: [\(Self.weather)]\nschedule: \"@hourly\"\nwindow: 1h\n"])
            let check = try await program.run("jobs", "check")
            #expect(check.status == 78 && (check.output + check.errors).contains("window"), "\(check.errors)")
        }
    }

    @Test func unexportedRowsAndAllRowsAndALotAreTaken() async throws {
        try await sandbox { program, store in
            for source in ["unexported", "all"] {
                let outcome = try await program.run("snapshot", Self.weather, "--source", source, "--json")
                #expect(outcome.status == 0, "\(outcome.errors)")
                try await expectRestored(program, store, source)
            }
            #expect(store.unexportedCount(of: Self.weather) == 0)
            let lot = store.lots(of: Self.weather)[0]
            let outcome = try await program.run("snapshot", Self.weather, "--source", "lot", "--lot", lot, "--json")
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(try outcome.json()["rows"] as? Int == 1)
        }
    }

    @Test func aLotWithoutRowsIsToldAndNotStoredAsEmpty() async throws {
        try await sandbox { program, store in
            let lot = store.lots(of: Self.weather)[0]
            let none = try await program.run("snapshot", Self.weather, "--source", "lot", "--lot", "1", "--json")
            #expect(none.status == 65 && none.errors.contains("no rows of lot 1 "), "\(none.errors)")
            #expect(try await program.run("snapshot", Self.weather, "--source", "lot", "--lot", lot).status == 0)
            let list = try await program.run("list", Self.weather, "--json")
            #expect(list.output.split(separator: "\n").count == 1, "\(list.output)")
        }
    }

    @Test func anAccountSetToTheOtherAPIIsToldAtOnce() async throws {
        try await sandbox { program, store in
            var program = program
            program.variables["OCTOPARSE_API"] = "data-export"
            program.variables["OCTOPARSE_API_KEY"] = nil
            program.variables["OCTOPARSE_USERNAME"] = "sandbox"
            program.variables["OCTOPARSE_PASSWORD"] = "sandbox"
            let tasks = try await program.run("tasks")
            #expect(tasks.status == 78 && tasks.errors.contains("api: openapi"), "\(tasks.errors)")
            #expect(store.statistics.requestCount == 1)
        }
        try await withSandbox { baseURL, store in
            var program = try Program(baseURL: baseURL)
            program.variables["OCTOPARSE_API"] = "openapi"
            let tasks = try await program.run("tasks")
            #expect(tasks.status == 78 && tasks.errors.contains("data-export"), "\(tasks.errors)")
            #expect(store.statistics.requestCount == 1)
        }
    }

    @Test func theLaterPathsOfTheOlderAPIGiveIncrementsAndADrainThatLosesNothing() async throws {
        var configuration = SandboxConfiguration()
        configuration.openAPI.hasLaterPaths = true
        try await withSandbox(configuration) { baseURL, store in
            let program = try Program(baseURL: baseURL)
            for source in ["increments", "unexported"] {
                let outcome = try await program.run("snapshot", Self.weather, "--source", source, "--json")
                #expect(outcome.status == 0, "\(outcome.errors)")
                try await expectRestored(program, store, source)
            }
            #expect(store.statistics[.unexported] == 0, "the path that marks was asked")
            #expect(store.statistics[.changesTask] == 0)
        }
        try await withSandbox { baseURL, store in
            let program = try Program(baseURL: baseURL)
            let outcome = try await program.run("snapshot", Self.weather, "--source", "increments")
            #expect(outcome.status == 78 && outcome.errors.contains("storage-time"), "\(outcome.errors)")
            #expect(store.statistics[.offset] == 1)
        }
    }

    @Test func aKeyThatIsRefusedAndAPlanThatAllowsNothingEndWith77() async throws {
        try await sandbox { program, _ in
            var program = program
            program.variables["OCTOPARSE_API_KEY"] = "op_sk_wrong"
            let tasks = try await program.run("tasks")
            #expect(tasks.status == 77 && !tasks.errors.contains("op_sk_wrong"), "\(tasks.errors)")
        }
        try await sandbox({ $0.openAPI.isAllowed = false }) { program, _ in
            let tasks = try await program.run("tasks")
            #expect(tasks.status == 77 && tasks.errors.contains("plan"), "\(tasks.errors)")
        }
    }

    /// Killed at random moments, and on: each row once.
    @Test func aProgramThatIsKilledAgainAndAgainHasEachRowOnce() async throws {
        try await sandbox({ configuration in
            configuration.faults = FaultPlan([], seed: 1)
        }) { program, store in
            for round in 0..<12 {
                _ = try await program.runWrapped(
                    ["/usr/bin/timeout", "-s", "KILL", String(format: "%.2f", 0.05 + 0.06 * Double(round))],
                    ["snapshot", Self.weather, "--source", "increments", "--page-size", "10"])
            }
            let last = try await program.run("snapshot", Self.weather, "--source", "increments")
            #expect(last.status == 0, "\(last.errors)")
            try await expectRestored(program, store)
            #expect(try await program.run("verify", "--deep").status == 0)
        }
    }
}
