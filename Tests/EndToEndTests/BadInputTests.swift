import Archive
import Foundation
import Sandbox
import StorageTime
import TestSupport
import Testing
import Vault

/// Bad input gets one clear message and a status from the table, and loses nothing.
@Suite struct BadInputTests {
    static let weather = TaskSpecification.weather.id
    static let month = ["--from", "2012-01-01", "--to", "2012-02-01"]

    @Test(arguments: [
        (["backfill", weather, "--from", "2012-02-01", "--to", "2012-01-01"], "2012-02-01"),
        (["backfill", weather, "--from", "2012-13-01", "--to", "2013-01-01"], "2012-13-01"),
        (["backfill", weather, "--from", "2012-01-01", "--to", "2013-01-01T00:00:00Z"], "no zone"),
        (["backfill", weather, "--page-size", "0"] + month, "0"),
        (["backfill", weather, "--page-size", "1001"] + month, "1001"),
        (["backfill", weather, "--concurrency", "0"] + month, "0"),
        (["backfill", weather, "--window", "1 month"] + month, "1 month"),
        (["backfill", weather, "--window", "0s"] + month, "0s"),
        (["backfill", weather, "--proof", "trust"] + month, "trust"),
        (["backfill", ""] + month, "task id"),
        (["restore", weather, "--source", "everything"], "everything"),
        (["restore", weather, "--format", "xls"], "xls"),
        (["restore", weather, "--from", "someday"], "someday"),
        (["no-such-command"], "no-such-command"),
    ])
    func aWrongValueIsNamedAndEndsWith64(arguments: [String], named: String) async throws {
        let outcome = try await Program().run(arguments)
        #expect(outcome.status == 64, "\(outcome.errors)")
        #expect(outcome.errors.contains(named), "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
    }

    @Test func aWrongPasswordEndsWith77AndIsNotRepeated() async throws {
        try await withSandbox { baseURL, _ in
            let program = try Program(baseURL: baseURL, password: "hunter2-secret")
            let outcome = try await program.run(["backfill", Self.weather] + Self.month)
            #expect(outcome.status == 77, "\(outcome.errors)")
            #expect(!outcome.errors.contains("hunter2-secret"))
            #expect(!outcome.output.contains("hunter2-secret"))
        }
    }

    @Test func anUnknownTaskFailsAndTheOthersGoOn() async throws {
        try await withSandbox { baseURL, _ in
            let program = try Program(baseURL: baseURL)
            let outcome = try await program.run(["backfill", "nobody", Self.weather, "--json"] + Self.month)
            #expect(outcome.status == 64, "\(outcome.errors)")
            let summary = try outcome.json()
            #expect(summary["failed"] as? Int == 1)
            let failed = try #require(summary["failures"] as? [[String: String]])
            #expect(failed.map { $0["task"] } == ["nobody"])
            #expect(failed.first?["code"] == "task-unknown")
            #expect(summary["rows"] as? Int == 31)
        }
    }

    @Test func aColumnThatNoRowHasEndsWith64AndNamesTheNearest() async throws {
        try await withSandbox { baseURL, _ in
            let program = try Program(baseURL: baseURL)
            _ = try await program.run(["backfill", Self.weather] + Self.month)
            let outcome = try await program.run("restore", Self.weather, "--columns", "wind,wether")
            #expect(outcome.status == 64, "\(outcome.errors)")
            #expect(outcome.errors.contains("wether"))
            #expect(outcome.errors.contains("weather"))
        }
    }

    @Test func aRangeThatCutsAWindowNamesTheNearestEdgesAndCanBeWidened() async throws {
        try await withSandbox { baseURL, _ in
            let program = try Program(baseURL: baseURL)
            _ = try await program.run(["backfill", Self.weather] + Self.month)
            let cut = ["restore", Self.weather, "--from", "2012-01-03 12:00:00", "--to", "2012-01-05"]
            let refused = try await program.run(cut)
            #expect(refused.status == 64, "\(refused.errors)")
            #expect(refused.errors.contains("2012-01-03 00:00:00"), "\(refused.errors)")
            let widened = try await program.run(cut + ["--widen"])
            #expect(widened.status == 0)
            #expect(widened.lines.count == 3)
        }
    }

    @Test func aServerThatIsDownEndsWith69() async throws {
        let program = try Program(baseURL: "http://127.0.0.1:1")
        let outcome = try await program.run(["backfill", Self.weather] + Self.month)
        #expect(outcome.status == 69, "\(outcome.errors)")
        #expect(outcome.errors.contains("127.0.0.1"))
    }

    @Test func plainHTTPToAnotherMachineIsRefused() async throws {
        let program = try Program(baseURL: "http://dataapi.octoparse.example")
        let outcome = try await program.run(["backfill", Self.weather] + Self.month)
        #expect(outcome.status == 78, "\(outcome.errors)")
        #expect(outcome.errors.contains("http"))
    }

    @Test func withoutAnAccountTheVariablesAreNamed() async throws {
        var program = try Program()
        program.variables["OCTOPARSE_USERNAME"] = nil
        let outcome = try await program.run(["backfill", Self.weather] + Self.month)
        #expect(outcome.status == 78)
        #expect(outcome.errors.contains("OCTOPARSE_USERNAME"))
    }

    @Test func aVaultThatCannotBeMadeEndsWith73() async throws {
        var program = try Program()
        try Data("a file".utf8).write(to: URL(fileURLWithPath: "\(program.folder.path)/file"))
        for path in ["file", "file/vault"] {
            program.variables["OCTOVAULT_VAULT"] = "\(program.folder.path)/\(path)"
            let outcome = try await program.run(["backfill", Self.weather] + Self.month)
            #expect(outcome.status == 73, "\(path): \(outcome.errors)")
            #expect(outcome.errors.contains("\(program.folder.path)/file"), "\(outcome.errors)")
        }
    }

    @Test func aVaultOfANewerFormatEndsWith78() async throws {
        let program = try Program()
        try FileManager.default.createDirectory(atPath: program.vault, withIntermediateDirectories: true)
        try Data(#"{"format":999}"#.utf8).write(to: URL(fileURLWithPath: "\(program.vault)/octovault.json"))
        for arguments in [["status"], ["verify"], ["backfill", Self.weather] + Self.month] {
            let outcome = try await program.run(arguments)
            #expect(outcome.status == 78, "\(arguments): \(outcome.errors)")
            #expect(outcome.errors.contains("999"))
        }
    }

    @Test func aVaultThatIsNotThereIsNotMadeByReading() async throws {
        let program = try Program()
        for arguments in [["status"], ["verify"], ["list"], ["restore", Self.weather]] {
            let outcome = try await program.run(arguments)
            #expect(outcome.status != 0)
            #expect(outcome.errors.contains("vault"))
        }
        #expect(!FileManager.default.fileExists(atPath: program.vault))
    }

    @Test func aTaskThatAnotherProcessHoldsEndsWith75UnlessWaitedFor() async throws {
        try await withSandbox { baseURL, _ in
            let program = try Program(baseURL: baseURL)
            _ = try await program.run(["backfill", Self.weather] + Self.month)
            let vault = try SnapshotVault.open(at: program.vault, access: .existing)
            let lock = try await vault.lock(TaskID(Self.weather), wait: .no)
            let outcome = try await program.run(["backfill", Self.weather, "--no-wait", "--force"] + Self.month)
            #expect(outcome.status == 75, "\(outcome.errors)")
            async let waiting = program.run(["backfill", Self.weather, "--force"] + Self.month)
            lock.release()
            #expect(try await waiting.status == 0)
        }
    }

    @Test(
        arguments: Sampling.some(
            4, of: ["../../etc/x", "with spaces", "a/b\\c", "🦑", ".", "..", "-dash", "CON", "täsk%2F"]))
    func anyTaskIDIsStoredInsideTheVaultAndFoundAgain(id: String) async throws {
        try await withSandbox { baseURL, store in
            store.insert(task: id, row: #"{"a":"1"}"#, at: try .init(parsing: "2012-01-05"))
            let program = try Program(baseURL: baseURL)
            let backfill = try await program.run(["backfill"] + Self.month + ["--", id])
            #expect(backfill.status == 0, "\(backfill.errors)")
            #expect(try await program.run("status", "--json").jsonLines().first?["task"] as? String == id)
            #expect(try await program.run(["restore", "--format", "ndjson", "--", id]).output == "{\"a\":\"1\"}\n")
            let outside = program.folder.allFiles().filter { !$0.hasPrefix("vault/") && !$0.hasPrefix("state/") }
            #expect(outside == [])
        }
    }

    @Test func aDryRunListsTheWindowsAndAsksNothing() async throws {
        try await withSandbox { baseURL, store in
            let program = try Program(baseURL: baseURL)
            _ = try await program.run(["backfill", Self.weather, "--from", "2012-01-02", "--to", "2012-01-03"])
            store.resetStatistics()
            let outcome = try await program.run(
                ["backfill", Self.weather, "--from", "2012-01-01", "--to", "2012-01-04", "--dry-run", "--json"])
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(
                try outcome.jsonLines().map { $0["from"] as? String } == ["2012-01-01 00:00:00", "2012-01-03 00:00:00"])
            #expect(store.log.isEmpty)
        }
    }

    @Test func whatLiesInTheFutureIsOpenAndNotSealed() async throws {
        try await withSandbox { baseURL, _ in
            let program = try Program(baseURL: baseURL)
            let outcome = try await program.run(
                "backfill", Self.weather, "--from", "2150-01-01", "--to", "2150-01-11", "--window", "1d", "--json")
            #expect(outcome.status == 0)
            #expect(try outcome.json()["open"] as? Int == 10)
            #expect(try outcome.json()["sealed"] as? Int == 0)
        }
    }
}
