import Foundation
import Sandbox
import StorageTime
import TestSupport
import Testing

/// Copies of a vault, checked against its exported list, and vaults compared by their rows: the built program.
@Suite struct DiffCommandTests {
    static let weather = TaskSpecification.weather.id
    static let range = ["--from", "2012-01-01", "--to", "2012-03-01"]

    private static func backfilled(_ baseURL: String, window: String = "1d") async throws -> Program {
        let program = try Program(baseURL: baseURL)
        let outcome = try await program.run(["backfill", weather, "--window", window] + range)
        #expect(outcome.status == 0, "\(outcome.errors)")
        return program
    }

    private static func copy(_ program: Program, bare: Bool = false) throws -> String {
        let copy = "\(program.folder.path)/copy"
        try FileManager.default.copyItem(atPath: program.vault, toPath: copy)
        if bare {
            for name in try FileManager.default.contentsOfDirectory(atPath: copy) where !name.hasPrefix("vault_source")
            {
                try FileManager.default.removeItem(atPath: "\(copy)/\(name)")
            }
        }
        return copy
    }

    @Test func anExportedListIsWrittenWholeAndComparesEqual() async throws {
        try await withSandbox { baseURL, _ in
            let program = try await Self.backfilled(baseURL)
            let written = try await program.run("export-manifest", "-o", "list.ndjson", "--json")
            #expect(written.status == 0, "\(written.errors)")
            #expect(try written.json()["snapshots"] as? Int == 60)
            #expect(try written.json()["rows"] as? Int == 60)
            let list = "\(program.folder.path)/list.ndjson"
            let text = try String(contentsOfFile: list, encoding: .utf8)
            #expect(try await program.run("export-manifest", Self.weather).output == text)
            for line in text.split(separator: "\n") {
                let object = try #require(
                    try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
                #expect(Set(object.keys) == ["path", "manifest"])
            }
            for pair in [["vault", "list.ndjson"], ["list.ndjson", "vault"], ["list.ndjson"], ["vault", "vault"]] {
                let found = try await program.run(["diff"] + pair)
                #expect(found.status == 0, "\(found.output)\(found.errors)")
                #expect(found.output.contains("equal: 60 the same"), "\(found.output)")
            }
        }
    }

    @Test func aCopyIsCheckedAgainstTheListAndItsDifferencesAreNamed() async throws {
        try await withSandbox { baseURL, _ in
            let program = try await Self.backfilled(baseURL)
            _ = try await program.run("export-manifest", "-o", "list.ndjson")
            let copy = try Self.copy(program, bare: true)
            let verify = ["verify", "--offline", copy, "--manifests", "list.ndjson"]
            let sound = try await program.run(verify)
            #expect(sound.status == 0, "\(sound.output)\(sound.errors)")
            #expect(sound.output.contains("60 the same, 0 missing, 0 extra, 0 differing"), "\(sound.output)")
            let folder = "\(copy)/vault_source=storage-time/vault_task=\(Self.weather)"
            try FileManager.default.removeItem(atPath: "\(folder)/vault_date=2012-01-03")
            _ = try await program.run(
                "backfill", Self.weather, "--from", "2012-03-01", "--to", "2012-03-02", "--window", "1d")
            _ = try await program.run("export-manifest", "-o", "list.ndjson")
            let found = try await program.run(verify + ["--json"])
            #expect(found.status == 65)
            #expect(try found.json()["damaged"] as? [String] == [])
            let comparison = try #require(try found.json()["comparison"] as? [String: Any])
            let missing = try #require(comparison["missing"] as? [[String: Any]])
            #expect(missing.compactMap { $0["from"] as? String } == ["2012-01-03 00:00:00", "2012-03-01 00:00:00"])
            #expect((comparison["extra"] as? [Any])?.isEmpty == true)
            let ranged = try await program.run(
                verify + [Self.weather, "--from", "2012-01-04", "--to", "2012-03-01"])
            #expect(ranged.status == 0, "\(ranged.output)\(ranged.errors)")
        }
    }

    @Test func aReadOnlyCopyAndOneWithAnothersCatalogAreCheckedWithoutATrace() async throws {
        try await withSandbox { baseURL, _ in
            let program = try await Self.backfilled(baseURL)
            _ = try await program.run("export-manifest", "-o", "list.ndjson")
            let copy = try Self.copy(program)
            // A catalog of another vault, which knows nothing of this one's snapshots.
            let other = try await Self.backfilled(baseURL, window: "30d")
            for name in try FileManager.default.contentsOfDirectory(atPath: copy) where name.hasPrefix("catalog.") {
                try FileManager.default.removeItem(atPath: "\(copy)/\(name)")
            }
            try FileManager.default.copyItem(
                atPath: "\(other.vault)/catalog.sqlite", toPath: "\(copy)/catalog.sqlite")
            _ = try await program.shell("chmod", "-R", "a-w", copy)
            let before = try await program.shell("find", copy, "-printf", "%p %T@ %m %s\n").output
            for arguments in [["verify", "--offline", copy, "--manifests", "list.ndjson"], ["diff", copy, "vault"]] {
                let found = try await program.run(arguments)
                #expect(found.status == 0, "\(found.output)\(found.errors)")
            }
            #expect(try await program.shell("find", copy, "-printf", "%p %T@ %m %s\n").output == before)
            _ = try await program.shell("chmod", "-R", "u+w", copy)
        }
    }

    @Test func vaultsOfOtherWindowsAreEqualAndAChangedRowIsFound() async throws {
        try await withSandbox { baseURL, store in
            let program = try await Self.backfilled(baseURL)
            let coarse = try await Self.backfilled(baseURL, window: "5d")
            let equal = try await program.run("diff", coarse.vault, "--json")
            #expect(equal.status == 0, "\(equal.output)\(equal.errors)")
            let instant = try StorageInstant(parsing: "2012-01-07 12:00:00")
            store.insert(task: Self.weather, row: #"{"late":"1"}"#, at: instant)
            let again = try await Self.backfilled(baseURL)
            let found = try await program.run("diff", coarse.vault, again.vault, "--json")
            #expect(found.status == 65)
            let different = try #require(try found.json()["different"] as? [[String: Any]])
            #expect(different.count == 1)
            let one = try #require(different.first)
            #expect(one["reason"] as? String == "rows")
            let from = try #require(one["from"] as? String)
            let to = try #require(one["to"] as? String)
            #expect(from <= "2012-01-07 00:00:00" && to >= "2012-01-08 00:00:00")
            #expect((one["a"] as? [String: Any])?["windows"] as? Int == 1)
            let text = try await program.run("diff", program.vault, again.vault, "--task", Self.weather)
            #expect(
                text.output.contains(
                    "2012-01-07 00:00:00 to 2012-01-08 00:00:00  A: 1 row in 1 window, B: 2 rows in 1 window"),
                "\(text.output)")
        }
    }

    @Test func twoSnapshotsFilesAreCompared() async throws {
        try await withSandbox { baseURL, _ in
            let program = try await Self.backfilled(baseURL)
            let files = program.folder.allFiles().filter { $0.hasPrefix("vault/vault_source") }
            let archives = files.filter { $0.hasSuffix(".gz") }
            let manifests = files.filter { $0.hasSuffix(".json") }
            let same = try await program.run("diff", archives[0], manifests[0], "--json")
            #expect(same.status == 0, "\(same.output)\(same.errors)")
            #expect(try (same.json()["a"] as? [String: Any])?["rows"] as? Int == 1)
            let other = try await program.run("diff", archives[0], archives[1])
            #expect(other.status == 65)
            #expect(other.output.contains("different rows"))
            #expect(try await program.run("diff", archives[0], "vault").status == 64)
            #expect(try await program.run("diff", archives[0], manifests[0], "--task", Self.weather).status == 64)
        }
    }

    @Test func wrongInputIsNamed() async throws {
        let cases: [([String], Int32, String)] = [
            (["diff", "none", "vault"], 78, "there is nothing at none"),
            (["diff", "text", "vault"], 64, "text is no list"),
            (["diff", "vault", "vault", "--vault", "vault"], 64, "--vault stands for A"),
            (["diff", "vault", "cut"], 65, "cut, line 2"),
            (["diff", "vault", "vault", "--task", "nope"], 64, "neither A nor B holds anything of task 'nope'"),
            (["export-manifest", "nope", "-o", "list"], 64, "no task 'nope' in the vault"),
            (["export-manifest", "--vault", "none"], 78, "there is no vault at none"),
            (["export-manifest", "-o", "none/list"], 73, "none/list cannot be written"),
            (["verify", "--manifests", "text"], 64, "--manifests goes with --offline"),
            (["verify", "--offline", "vault", "--manifests", "text"], 64, "text is no exported list"),
            (["verify", "--offline", "vault", "--manifests", "cut"], 65, "cut, line 2"),
        ]
        try await withSandbox { baseURL, _ in
            let program = try await Self.backfilled(baseURL)
            try "hello\n".write(toFile: "\(program.folder.path)/text", atomically: false, encoding: .utf8)
            let list = try await program.run("export-manifest").output
            let cut = String(list.prefix(list.split(separator: "\n")[0].count + 100))
            try cut.write(toFile: "\(program.folder.path)/cut", atomically: false, encoding: .utf8)
            for (arguments, status, says) in cases {
                let outcome = try await program.run(arguments)
                #expect(outcome.status == status, "\(arguments): \(outcome.output)\(outcome.errors)")
                #expect(outcome.errors.contains(says), "\(arguments): \(outcome.errors)")
            }
            #expect(!FileManager.default.fileExists(atPath: "\(program.folder.path)/list"))
        }
    }
}
