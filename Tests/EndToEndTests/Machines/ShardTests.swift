import Foundation
import Records
import Sandbox
import Subprocess
import TestSupport
import Testing

/// Several workers, a vault each, and one vault made of theirs: the built program.
@Suite(.fewAtATime) struct ShardTests {
    static let weather = TaskSpecification.weather.id
    static let range = ["--from", "2012-01-01 07:00:00", "--to", "2012-02-01", "--window", "6h"]

    @Test func thePlanNeedsNoVaultAndNoAccount() async throws {
        var program = try Program()
        program.variables = ["PATH": "/usr/bin:/bin", "HOME": program.folder.path]
        let plan = try await program.run(["plan", "a", "b", "--shards", "3", "--json"] + Self.range)
        #expect(plan.status == 0, "\(plan.errors)")
        let lines = try plan.jsonLines()
        #expect(lines.count == 3)
        #expect(lines.map { $0["windows"] as? Int } == [82, 82, 82])
        #expect(lines.map { $0["due"] as? Int } == [82, 82, 82])
        #expect(lines.allSatisfy { $0["of"] as? Int == 3 })
        #expect((lines[1]["stretches"] as? [[String: Any]])?.map { $0["task"] as? String } == ["a", "b"])
        #expect((lines[0]["requests"] as? [String: Any])?["least"] as? Int == 82)
        #expect(!FileManager.default.fileExists(atPath: program.vault))
    }

    /// Shares taken by workers of their own, one of them twice, one by two workers at once, one killed and taken again:
    /// merged, they are what one backfill makes.
    @Test(arguments: Sampling.some(1, of: [IntervalConvention.closed, .halfOpen, .leftOpen]))
    func sharesMergedAreTheVaultOfOneBackfill(convention: IntervalConvention) async throws {
        var configuration = SandboxConfiguration()
        configuration.bounds = convention
        try await withSandbox(configuration) { baseURL, _ in
            let program = try Program(baseURL: baseURL)
            let command = ["backfill", Self.weather] + Self.range
            let whole = try await program.run(command + ["--vault", "whole"])
            #expect(whole.status == 0, "\(whole.errors)")
            await withTaskGroup(of: Void.self) { group in
                for (number, vault) in [(1, "v1"), (2, "v2"), (2, "v2b"), (3, "v3"), (4, "v4"), (4, "v4")] {
                    group.addTask {
                        let outcome = try? await program.run(command + ["--shard", "\(number)/5", "--vault", vault])
                        #expect(outcome?.status == 0, "\(outcome?.errors ?? "")")
                    }
                }
            }
            _ = try await program.start(command + ["--shard", "5/5", "--vault", "v5"]) { send in
                try await Task.sleep(for: .milliseconds(300))
                try? send(.kill)
            }
            let rest = try await program.run(command + ["--shard", "5/5", "--vault", "v5"])
            #expect(rest.status == 0, "\(rest.errors)")
            let merged = try await program.run(
                "merge", "v1", "v2", "v2b", "v3", "v4", "v5", "--vault", "all", "--json")
            #expect(merged.status == 0, "\(merged.output)\(merged.errors)")
            #expect(try merged.json()["vaults"] as? Int == 6)
            #expect((try merged.json()["conflicts"] as? [Any])?.isEmpty == true)
            let diff = try await program.run("diff", "whole", "all")
            #expect(diff.status == 0, "\(diff.output)\(diff.errors)")
            let again = try await program.run("merge", "v5", "v1", "v2b", "v2", "v4", "v3", "--vault", "all", "--json")
            #expect(try again.json()["merged"] as? Int == 0, "\(again.output)")
            let verify = try await program.run("verify", "--deep", "--vault", "all")
            #expect(verify.status == 0, "\(verify.output)")
        }
    }

    /// Eight shares in eight processes at once, against one server.
    @Test func eightSharesInEightProcessesMergedAreTheVaultOfOneBackfill() async throws {
        try await withSandbox { baseURL, store in
            let program = try Program(baseURL: baseURL)
            let command = ["backfill", Self.weather] + Self.range
            let whole = try await program.run(command + ["--vault", "whole"])
            #expect(whole.status == 0, "\(whole.errors)")
            let alone = store.statistics.requestCount
            let clock = ContinuousClock()
            let start = clock.now
            let failures = await withTaskGroup(of: String?.self) { group in
                for number in 1...8 {
                    group.addTask {
                        let outcome = try? await program.run(
                            command + ["--shard", "\(number)/8", "--vault", "v\(number)"])
                        return outcome?.status == 0 ? nil : outcome?.errors ?? "not started"
                    }
                }
                return await group.reduce(into: []) { if let text = $1 { $0.append(text) } }
            }
            #expect(failures.isEmpty, "\(failures)")
            let taken = clock.now - start
            let merged = try await program.run(["merge"] + (1...8).map { "v\($0)" } + ["--vault", "all", "--json"])
            #expect(merged.status == 0, "\(merged.output)\(merged.errors)")
            print(
                "8 shares: \(taken), \(store.statistics.requestCount - alone) requests and alone \(alone), "
                    + "\(try merged.json()["rows"] as? Int ?? -1) rows merged")
            let diff = try await program.run("diff", "whole", "all")
            #expect(diff.status == 0, "\(diff.output)\(diff.errors)")
            let rows = try await program.run("restore", Self.weather, "--vault", "all")
            #expect(try await program.run("restore", Self.weather, "--vault", "whole").output == rows.output)
        }
    }

    /// Merges are killed at random moments. Whatever is there then holds no row twice; one more merge makes it whole.
    @Test func aMergeKilledAtRandomMomentsIsMadeWholeByTheNext() async throws {
        try await withSandbox { baseURL, _ in
            let program = try Program(baseURL: baseURL)
            let command = ["backfill", Self.weather] + Self.range
            #expect(try await program.run(command + ["--vault", "whole"]).status == 0)
            for number in 1...3 {
                let share = try await program.run(command + ["--shard", "\(number)/3", "--vault", "v\(number)"])
                #expect(share.status == 0, "\(share.errors)")
            }
            let seed = UInt64.random(in: 1...UInt64.max)
            var generator = SeededGenerator(seed: seed)
            let kills = CrashTests.kills / 2
            var killed = 0
            for number in 0..<kills {
                let target = "all-\(number / 3)"
                let delay = Int.random(in: 20...600, using: &generator)
                let outcome = try await program.start(["merge", "v1", "v2", "v3", "--vault", target]) { send in
                    try await Task.sleep(for: .milliseconds(delay))
                    try? send(.kill)
                }
                if outcome.status == 137 { killed += 1 }
                let rows = try await program.run(
                    "restore", Self.weather, "--vault", target, "--format", "ndjson", "--allow-gaps")
                // No vault yet, nothing of the task yet, some of its windows, or all.
                #expect([0, 64, 65, 78].contains(rows.status), "seed \(seed), kill \(number): \(rows.errors)")
                #expect(Set(rows.lines).count == rows.lines.count, "seed \(seed), kill \(number)")
                guard number % 3 == 2 || number == kills - 1 else { continue }
                #expect(try await program.run("merge", "v3", "v1", "v2", "--vault", target).status == 0)
                #expect(try await program.run("diff", "whole", target).status == 0, "seed \(seed), kill \(number)")
                let verify = try await program.run("verify", "--deep", "--vault", target)
                #expect(verify.status == 0, "seed \(seed), kill \(number): \(verify.output)")
            }
            print("merge: seed \(seed), \(killed) of \(kills) merges were killed")
        }
    }

    @Test(arguments: ["0/8", "9/8", "x"])
    func whatIsNoShareIsAUsageError(shard: String) async throws {
        let program = try Program()
        let outcome = try await program.run(["backfill", "t", "--shard", shard] + Self.range)
        #expect(outcome.status == 64)
    }

    @Test func aRateOfItsOwnSlowsAWorkerDown() async throws {
        let program = try Program()
        for command in [["backfill", "t"] + Self.range, ["snapshot", "t", "--source", "all"], ["run"]] {
            let outcome = try await program.run(command + ["--requests-per-second", "-1"])
            #expect(outcome.status == 64, "\(command)")
        }
    }

    @Test func theCatalogMayLieElsewhere() async throws {
        try await withSandbox { baseURL, _ in
            var program = try Program(baseURL: baseURL)
            let command = ["backfill", Self.weather] + Self.range
            let first = try await program.run(command + ["--catalog", "one.sqlite"])
            #expect(first.status == 0, "\(first.errors)")
            #expect(!FileManager.default.fileExists(atPath: "\(program.vault)/catalog.sqlite"))
            #expect(FileManager.default.fileExists(atPath: "\(program.folder.path)/one.sqlite"))
            // Another machine, with an index of its own, asks for nothing that is there.
            program.variables["OCTOVAULT_CATALOG"] = "two.sqlite"
            let second = try await program.run(command + ["--json"])
            #expect(try second.json()["requests"] as? Int == 0, "\(second.output)\(second.errors)")
            #expect(try await program.run("verify").status == 0)
            #expect(try await program.run("status", "--json").status == 0)
            #expect(!FileManager.default.fileExists(atPath: "\(program.vault)/catalog.sqlite"))
        }
    }

    @Test func anIndexIsOfOneVaultAlone() async throws {
        try await withSandbox { baseURL, _ in
            var program = try Program(baseURL: baseURL)
            let command = ["backfill", Self.weather] + Self.range
            #expect(try await program.run(command + ["--vault", "v2"]).status == 0)
            program.variables["OCTOVAULT_CATALOG"] = "one.sqlite"
            #expect(try await program.run(command + ["--vault", "v1"]).status == 0)
            for words in [command, ["status"], ["verify"], ["list"], ["merge", "v1"]] {
                let other = try await program.run(words + ["--vault", "v2"])
                #expect(other.status == 78, "\(words): \(other.output)\(other.errors)")
                #expect(other.errors.contains("/v1") && other.errors.contains("/v2"), "\(other.errors)")
            }
            #expect(try await program.run(["status", "--vault", "v1"]).status == 0)
        }
    }
}
