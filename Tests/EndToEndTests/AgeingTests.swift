import Foundation
import Sandbox
import StorageTime
import Subprocess
import TestSupport
import Testing

/// Old windows are merged and pruned by the built program, and the vault stays what it is.
@Suite struct AgeingTests {
    static let weather = TaskSpecification.weather.id
    static let hours = [
        "backfill", weather, "--from", "2012-01-01", "--to", "2012-01-05", "--window", "1h", "--json",
    ]

    @Test func compactedDaysRestoreVerifyAndAreTakenAgainAsBefore() async throws {
        try await withSandbox { baseURL, store in try await Self.compact(baseURL, store) }
    }

    private static func compact(_ baseURL: String, _ store: SandboxStore) async throws {
        let program = try Program(baseURL: baseURL)
        #expect(try await program.run(hours).status == 0)
        let before = try await program.run("restore", weather, "--format", "ndjson")
        let status = try await program.run("status", "--json").jsonLines().first
        let elsewhere = try TemporaryFolder()
        let copy = "\(elsewhere.path)/copy"
        try FileManager.default.copyItem(atPath: program.vault, toPath: copy)
        let plan = try await program.run("compact", "--dry-run", "--json")
        #expect(plan.status == 0 && program.committed().count == 100, "96 windows, of which 4 have a row")
        let compacted = try await program.run("compact", "--json")
        #expect(compacted.status == 0, "\(compacted.errors)")
        let task = try #require((try compacted.json()["tasks"] as? [[String: Any]])?.first)
        #expect(task["days"] as? Int == 4 && task["windows"] as? Int == 96)
        #expect(task["files_before"] as? Int == 100 && task["files_after"] as? Int == 8)
        #expect(try plan.json()["dry_run"] as? Bool == true)
        #expect(program.committed().count == 8)
        #expect(try await program.run("restore", weather, "--format", "ndjson").output == before.output)
        let same = try await program.run("diff", copy, program.vault)
        #expect(same.status == 0, "\(same.output)\(same.errors)")
        let reconciled = try await program.run("verify", weather, "--reconcile", "--json")
        let account = try #require((try reconciled.json()["tasks"] as? [[String: Any]])?.first)
        #expect(account["rows"] as? Int == 4 && account["unexplained"] as? Int == 0)
        let after = try await program.run("status", "--json").jsonLines().first
        for key in ["rows", "from", "to"] { #expect("\(after?[key] ?? "")" == "\(status?[key] ?? "")") }
        #expect((after?["gaps"] as? [Any])?.isEmpty == true && after?["snapshots"] as? Int == 4)
        for arguments in [["--deep"], ["--since", "1d"], ["--heal"], ["--offline", program.vault], ["--remote"]] {
            let verify = try await program.run(["verify"] + arguments)
            #expect(verify.status == 0, "\(arguments): \(verify.output)\(verify.errors)")
        }
        let part = try await program.run(
            "restore", weather, "--from", "2012-01-02 05:00:00", "--to", "2012-01-02 07:00:00", "--format", "ndjson")
        #expect(part.status == 0, "the edges of windows are those of before: \(part.errors)")

        let again = try await program.run(hours).json()
        #expect(again["skipped"] as? Int == 96 && again["requests"] as? Int == 0)
        let late = try StorageInstant(parsing: "2012-01-02 05:30:00")
        store.insert(task: weather, row: "{\"late\":\"row\"}", at: late)
        #expect(try await program.run("verify", "--remote").status == 65)
        #expect(try await program.run(hours + ["--force"]).status == 0)
        try await check(program, store, "late row")
        #expect(program.committed().count == 8)
        #expect(try await program.run("catalog", "rebuild").status == 0)
        try await check(program, store, "rebuilt")
        let text = try await program.run("compact")
        #expect(text.lines == ["\(weather): nothing to merge"])
    }

    /// The rows are the server's of the four days, and every archive reads.
    private static func check(_ program: Program, _ store: SandboxStore, _ said: String) async throws {
        let restored = try await program.run("restore", weather, "--format", "ndjson")
        #expect(restored.status == 0, "\(said): \(restored.errors)")
        let end = try StorageInstant(parsing: "2012-01-05")
        let expected = store.rows(of: weather).filter { $0.time < StoredTime(end) }
            .reduce(into: [[UInt8]: Int]()) { $0[$1.bytes, default: 0] += 1 }
        #expect(multiset(restored.output) == expected, "\(said)")
        let verify = try await program.run("verify", "--deep", "--json")
        #expect(verify.status == 0, "\(said): \(verify.output)\(verify.errors)")
        #expect(!program.folder.allFiles().contains { $0.hasSuffix(".partial") }, "\(said)")
    }

    /// Killed with -9 at random moments while days are merged and their windows taken again.
    @Test(.fewAtATime) func killedWhileItCompactsNothingIsLostOrDoubled() async throws {
        try await withSandbox { baseURL, store in
            let program = try Program(baseURL: baseURL)
            var generator = SeededGenerator(seed: UInt64.random(in: 1...UInt64.max))
            var killed = 0
            for round in 0..<2 {
                // Hours here, quarters of them there: new windows beside days that are merged already.
                let day = "2012-02-0\(round + 1)"
                let next = "2012-02-0\(round + 2)"
                let taken = try await program.run(
                    "backfill", Self.weather, "--from", day, "--to", next, "--window", round % 2 == 0 ? "1h" : "15m")
                #expect(taken.status == 0, "\(taken.errors)")
                for _ in 0..<3 {
                    let delay = Int.random(in: 20...160, using: &generator)
                    let force = ["backfill", Self.weather, "--from", "2012-02-01", "--to", next, "--force"]
                    let arguments = Bool.random(using: &generator) ? ["compact"] : force
                    let late = try StorageInstant(parsing: "2012-02-01").advanced(
                        by: Int.random(in: 0..<(round + 1) * 86_400, using: &generator))
                    store.insert(task: Self.weather, row: "{\"late\":\"\(killed)-\(delay)\"}", at: late)
                    let outcome = try await program.start(arguments) { send in
                        try await Task.sleep(for: .milliseconds(delay))
                        try? send(.kill)
                    }
                    #expect([0, 137].contains(outcome.status), "\(arguments): \(outcome.errors)")
                    if outcome.status == 137 { killed += 1 }
                }
            }
            #expect(killed > 0)
            #expect(try await program.run("compact").status == 0)
            let last = try await program.run(
                "backfill", Self.weather, "--from", "2012-02-01", "--to", "2012-02-03", "--force")
            #expect(last.status == 0, "\(last.errors)")
            #expect(program.committed().count == 4)
            let restored = try await program.run("restore", Self.weather, "--format", "ndjson")
            let range = try (StorageInstant(parsing: "2012-02-01"), StorageInstant(parsing: "2012-02-03"))
            let expected = store.rows(of: Self.weather)
                .filter { StoredTime(range.0) <= $0.time && $0.time < StoredTime(range.1) }
                .reduce(into: [[UInt8]: Int]()) { $0[$1.bytes, default: 0] += 1 }
            #expect(multiset(restored.output) == expected)
            #expect(try await program.run("verify", "--deep").status == 0)
        }
    }

    @Test func pruningAsksForRulesAndRefusesWhatMayBeTheLastCopy() async throws {
        try await withSandbox { baseURL, store in try await Self.prune(baseURL, store) }
    }

    private static func prune(_ baseURL: String, _ store: SandboxStore) async throws {
        let program = try Program(baseURL: baseURL)
        #expect(try await program.run(hours).status == 0)
        let none = try await program.run("prune")
        #expect(none.status == 64 && none.errors.contains("--keep-within"), "\(none.errors)")
        #expect(try await program.run("prune", "--dry-run").status == 0)
        #expect(try await program.run("prune", "--keep-within", "soon").status == 64)
        #expect(try await program.run("prune", "--keep-last", "0").status == 64)
        let refused = try await program.run("prune", "--keep-within", "2d", "--json")
        #expect(refused.status == 0)
        let report = try #require((try refused.json()["tasks"] as? [[String: Any]])?.first)
        #expect((report["removed"] as? [Any])?.isEmpty == true && report["kept"] as? Int == 2)
        let stretches = try #require(report["refused"] as? [[String: Any]])
        #expect(stretches.allSatisfy { $0["reason"] as? String == "not-counted-again" } && stretches.count == 2)
        let told = try await program.run("prune", "--keep-within", "2d", "--including-irreplaceable")
        #expect(told.status == 0 && told.output.contains("removed 2 snapshots, 2 rows"), "\(told.output)")

        let status = try #require(try await program.run("status", "--json").jsonLines().first)
        #expect((status["gaps"] as? [Any])?.isEmpty == true && (status["pruned"] as? [Any])?.count == 2)
        #expect(try await program.run("verify", "--deep").status == 0)
        let again = try await program.run(hours).json()
        #expect(again["skipped"] as? Int == 96 && again["requests"] as? Int == 0, "pruned is not missing")
        let restored = try await program.run("restore", weather)
        #expect(restored.status == 65 && restored.errors.contains("pruned"), "\(restored.errors)")
        #expect(try await program.run("restore", weather, "--allow-gaps", "--format", "ndjson").lines.count == 2)
        #expect(try await program.run("restore", weather, "--from", "2012-01-03").status == 0)
        #expect(try await program.run("compact").status == 0)
        #expect(try await program.run("verify", "--deep").status == 0)
        #expect(try await program.run(hours + ["--force"]).status == 0)
        #expect(try await program.run("restore", weather, "--format", "ndjson").lines.count == 4, "taken again")
    }

    @Test func aJobPrunesByItsRulesAndLeavesWhatMayBeTheLastCopy() async throws {
        try await withSandbox { baseURL, store in
            let program = try Program(baseURL: baseURL)
            try program.write(jobs: [
                "weather": """
                tasks: [\(Self.weather)]
                source: all
                schedule: "0 3 * * *"
                keep: {last: 1}

                """
            ])
            for number in 0..<3 {
                store.insert(
                    task: Self.weather, row: "{\"new\":\"\(number)\"}", at: try StorageInstant(parsing: "2015-12-31"))
                let run = try await program.run("run", "--once")
                #expect(run.status == 0, "\(run.errors)")
                if number > 0 { #expect(run.errors.contains("Snapshots were pruned"), "\(run.errors)") }
            }
            #expect(program.committed().count == 2, "\(program.committed())")
            _ = store.remove(task: Self.weather) { _ in true }
            store.insert(task: Self.weather, row: "{\"only\":\"row\"}", at: try StorageInstant(parsing: "2015-12-31"))
            let run = try await program.run("run", "--once")
            #expect(run.errors.contains("stay: the cloud may not have their rows"), "\(run.errors)")
            #expect(program.committed().count == 4)
            let status = try await program.run("prune", "--json")
            #expect(status.status == 0 && status.output.contains("not-in-newest"), "\(status.output)")
        }
    }
}

extension Program {
    /// Manifests and archives in their places.
    fileprivate func committed() -> [String] {
        folder.allFiles().filter {
            $0.contains("/vault_date=") && !$0.contains("lost+found") && !$0.hasSuffix(".partial")
        }
    }
}
