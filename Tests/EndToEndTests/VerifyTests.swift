import Foundation
import Sandbox
import StorageTime
import TestSupport
import Testing

/// `verify` in all its forms: the built program against the sandbox.
@Suite struct VerifyTests {
    static let weather = TaskSpecification.weather.id
    static let range = ["--from", "2012-01-01", "--to", "2012-03-01", "--window", "1d", "--page-size", "10"]

    private static func files(_ program: Program, _ suffix: String) -> [String] {
        program.folder.allFiles().filter { $0.hasPrefix("vault/vault_source") && $0.hasSuffix(suffix) }
            .map { "\(program.folder.path)/\($0)" }
    }

    private static func flip(_ path: String) throws {
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        bytes[bytes.count / 2] ^= 8
        try bytes.write(to: URL(fileURLWithPath: path))
    }

    @Test func damageIsNamedPlannedAndHealed() async throws { try await withSandbox(SandboxConfiguration(), Self.heal) }

    private static func heal(_ baseURL: String, _ store: SandboxStore) async throws {
        let program = try Program(baseURL: baseURL)
        #expect(try await program.run(["backfill", weather] + range).status == 0)
        let rows = try await program.run("restore", weather, "--format", "ndjson").output
        try flip(files(program, ".gz")[3])
        try flip(files(program, ".manifest.json")[7])
        try FileManager.default.removeItem(atPath: files(program, ".gz")[11])
        let before = program.folder.allFiles().filter { $0.hasPrefix("vault/vault_source") }
        let planned = try await program.run("verify", "--heal", "--dry-run", "--json")
        #expect(planned.status == 65)
        #expect(try planned.json()["damaged"].map { ($0 as? [Any])?.count } == 3)
        let steps = try #require((try planned.json()["heal"] as? [String: Any])?["steps"] as? [[String: Any]])
        #expect(steps.compactMap { $0["action"] as? String } == ["set-aside", "set-aside", "set-aside"])
        #expect(program.folder.allFiles().filter { $0.hasPrefix("vault/vault_source") } == before)
        // A dry run notes nothing; a verify does.
        #expect(try await program.run("status").status == 0)
        #expect(try await program.run("verify").status == 65)
        #expect(try await program.run("status").status == 65)
        // Without an account, what was damaged is set aside, and stays missing.
        var alone = program
        alone.variables["OCTOPARSE_USERNAME"] = nil
        let local = try await alone.run("verify", "--heal")
        #expect(local.status == 65, "\(local.output)\(local.errors)")
        #expect(local.output.contains("OCTOPARSE_USERNAME") && local.output.contains("set-aside"), "\(local.output)")
        let healed = try await program.run("verify", "--heal", "--json")
        #expect(healed.status == 0, "\(healed.output)\(healed.errors)")
        #expect(try healed.json()["damaged"] as? [String] == [])
        let taken = try #require((try healed.json()["heal"] as? [String: Any])?["taken"] as? [String: Any])
        #expect(taken["sealed"] as? Int == 3)
        #expect(try await program.run("verify", "--deep").status == 0)
        #expect(try await program.run("status").status == 0)
        #expect(try await program.run("restore", weather, "--format", "ndjson").output == rows)
    }

    @Test func aBackfillAfterAVerifyHealsWhatTheCloudStillHas() async throws {
        try await withSandbox(SandboxConfiguration(), Self.backfillAfterVerify)
    }

    private static func backfillAfterVerify(_ baseURL: String, _ store: SandboxStore) async throws {
        let program = try Program(baseURL: baseURL)
        _ = try await program.run(["backfill", weather] + range)
        let rows = try await program.run("restore", weather, "--format", "ndjson").output
        try flip(files(program, ".gz")[20])
        #expect(try await program.run("verify").status == 65)
        let backfill = try await program.run(["backfill", weather, "--json"] + range)
        #expect(backfill.status == 0, "\(backfill.output)\(backfill.errors)")
        #expect(try backfill.json()["sealed"] as? Int == 1)
        #expect(try await program.run("verify", "--deep").status == 0)
        #expect(try await program.run("restore", weather, "--format", "ndjson").output == rows)
    }

    @Test func whatWasVerifiedLatelyIsNotReadAgain() async throws {
        try await withSandbox { baseURL, _ in
            let program = try Program(baseURL: baseURL)
            _ = try await program.run(["backfill", Self.weather] + Self.range)
            #expect(try await program.run("verify", "--since", "30d", "--json").json()["skipped"] as? Int == 0)
            let again = try await program.run("verify", "--since", "30d", "--json").json()
            #expect(again["skipped"] as? Int == again["snapshots"] as? Int)
            #expect(again["bytes"] as? Int == 0)
            #expect(try await program.run("verify", "--json").json()["skipped"] as? Int == 0)
            let text = try await program.run("verify", "--since", "30d").output
            #expect(text.contains("60 found sound since"), "\(text)")
            #expect(try await program.run("verify", "--since", "soon").status == 64)
        }
    }

    @Test func aCopyIsVerifiedByItsManifestsAloneWithoutATrace() async throws {
        try await withSandbox { baseURL, _ in
            let program = try Program(baseURL: baseURL)
            _ = try await program.run(["backfill", Self.weather] + Self.range)
            let copy = "\(program.folder.path)/copy"
            try FileManager.default.copyItem(atPath: program.vault, toPath: copy)
            for name in try FileManager.default.contentsOfDirectory(atPath: copy) where !name.hasPrefix("vault_source")
            {
                try FileManager.default.removeItem(atPath: "\(copy)/\(name)")
            }
            let before = program.folder.allFiles()
            let sound = try await program.run("verify", "--offline", copy, "--json")
            #expect(sound.status == 0, "\(sound.output)\(sound.errors)")
            #expect(try sound.json()["rows"] as? Int == 60)
            #expect(program.folder.allFiles() == before)
            let archive = try #require(before.first { $0.hasPrefix("copy/") && $0.hasSuffix(".gz") })
            try Self.flip("\(program.folder.path)/\(archive)")
            #expect(try await program.run("verify", "--offline", copy).status == 65)
            #expect(try await program.run("verify").status == 0)
            for option in ["--heal", "--remote"] {
                #expect(try await program.run("verify", "--offline", copy, option).status == 64)
            }
            #expect(try await program.run("verify", "--offline", "\(copy)/none").status == 78)
        }
    }

    @Test func theCloudsCountsAreComparedWithTheVaults() async throws {
        try await withSandbox(SandboxConfiguration(), Self.remote)
    }

    private static func remote(_ baseURL: String, _ store: SandboxStore) async throws {
        let program = try Program(baseURL: baseURL)
        _ = try await program.run(["backfill", weather] + range)
        store.resetStatistics()
        let equal = try await program.run("verify", "--remote", "--json")
        #expect(equal.status == 0, "\(equal.output)\(equal.errors)")
        #expect(try equal.json()["grown"] as? [String] == [])
        let stretches = try #require(try equal.json()["equal"] as? [[String: Any]])
        #expect(stretches.compactMap { $0["windows"] as? Int }.reduce(0, +) >= 60)
        #expect(store.log.count <= 3)
        for _ in 0..<2 {
            store.insert(task: weather, row: #"{"late":"1"}"#, at: try StorageInstant(parsing: "2012-01-05 12:00:00"))
        }
        let lost = StoredTime(try StorageInstant(parsing: "2012-02-03"))
        _ = store.remove(task: weather) { $0.time == lost }
        let moved = try await program.run("verify", "--remote", "--json")
        #expect(moved.status == 65)
        #expect(
            try (moved.json()["grown"] as? [[String: Any]])?.map { $0["from"] as? String } == ["2012-01-05 00:00:00"])
        #expect(try (moved.json()["shrunk"] as? [[String: Any]])?.isEmpty == false)
        let deep = try await program.run("verify", "--remote", "--deep", "--from", "2012-01-10", "--to", "2012-01-20")
        #expect(deep.status == 0, "\(deep.output)")
        #expect(deep.output.contains("10 equal"))
    }
}
