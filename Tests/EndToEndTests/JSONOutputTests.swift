import Foundation
import Sandbox
import TestSupport
import Testing

/// `--json` is JSON everywhere, of the shapes that `contrib/schema` describes.
@Suite(.timeLimit(.minutes(60))) struct JSONOutputTests {
    private static let weather = TaskSpecification.weather.id
    private static let range = ["--from", "2012-01-01", "--to", "2012-03-01"]
    private static let schemas = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("contrib/schema")

    private static func schema(_ name: String) throws -> JSONSchema {
        try JSONSchema(contentsOf: schemas.appendingPathComponent("\(name).schema.json"))
    }

    /// Each line of standard output fits the schema; there is at least one.
    private static func check(_ program: Program, _ arguments: [String], _ name: String, status: Int32 = 0) async throws
    {
        let outcome = try await program.run(arguments + ["--json"])
        #expect(outcome.status == status, "\(arguments): \(outcome.output)\(outcome.errors)")
        #expect(!outcome.lines.isEmpty, "\(arguments) printed nothing: \(outcome.errors)")
        let schema = try schema(name)
        for line in outcome.lines {
            let document = try JSONSerialization.jsonObject(with: Data(line.utf8))
            #expect(try schema.problems(of: document) == [], "\(arguments): \(line)")
        }
    }

    @Test func everyCommandsOutputFitsItsSchema() async throws {
        try await withSandbox { baseURL, _ in try await Self.checkAll(baseURL) }
    }

    private static func checkAll(_ baseURL: String) async throws {
        let program = try Program(baseURL: baseURL)
        let other = "\(program.folder.path)/other"
        try program.write(jobs: [
            "weather": "tasks: [\(weather)]\nschedule: \"0 3 * * *\"\nwindow: 30d\nstart: 2012-03-01\n"
        ])
        try await check(program, ["backfill", weather, "--dry-run", "--window", "30d"] + range, "backfill-dry-run")
        try await check(program, ["backfill", weather, "--window", "1d"] + range, "backfill")
        try await check(program, ["snapshot", weather, "--source", "all"], "snapshot")
        try await check(program, ["run", "--once"], "run")
        try await check(program, ["verify"], "verify")
        try await check(program, ["verify", "--heal", "--dry-run"], "verify")
        try await check(program, ["verify", "--remote"], "verify-remote")
        try await check(program, ["verify", "--reconcile"], "verify-reconcile")
        try await check(program, ["status"], "status")
        try await check(program, ["list"], "list")
        try await check(program, ["history"], "history")
        try await check(program, ["tasks"], "tasks")
        try await check(program, ["probe", weather], "probe")
        try await check(program, ["compact"], "compact")
        try await check(program, ["prune", "--keep-within", "90d", "--dry-run"], "prune")
        try await check(program, ["export-manifest", "-o", "\(program.folder.path)/list"], "export-manifest")
        try await check(program, ["catalog", "rebuild"], "catalog-rebuild")
        try await check(program, ["jobs", "next", "-n", "3"], "jobs-next")
        try await check(program, ["restore", weather, "-o", "\(program.folder.path)/rows.csv"], "restore")
        try await check(
            program, ["restore", weather, "no-such-task", "-o", "\(program.folder.path)/rows/"], "restore", status: 64)
        try await check(program, ["demo", other], "demo")
        try await check(program, ["diff", program.vault, "\(other)/vault"], "diff", status: 65)
        let doctor = try await program.run("doctor", "--json")
        #expect(try schema("doctor").problems(of: try doctor.json()) == [], "\(doctor.output)")
        try program.write(jobs: ["weather": "schedule: never\n"])
        try await check(program, ["jobs", "check"], "jobs-check", status: 78)
    }

    @Test func rowsOnStandardOutputAreJSONAsWell() async throws {
        try await withSandbox { baseURL, _ in
            let program = try Program(baseURL: baseURL)
            _ = try await program.run(["backfill", Self.weather, "--window", "30d"] + Self.range)
            for arguments in [[], ["-o", "-"]] {
                let rows = try await program.run(["restore", Self.weather, "--json"] + arguments)
                #expect(rows.status == 0)
                #expect(try rows.jsonLines().count == 60 && rows.output.contains("\"weather\""))
            }
            // A format that is asked for is the one that is written.
            let csv = try await program.run("restore", Self.weather, "--json", "--format", "csv")
            #expect(csv.output.hasPrefix("date,"))
        }
    }

    /// Errors of every kind, and what each ends with.
    private static let fatal: [(arguments: [String], status: Int32, code: String)] = [
        (["backfill", "t", "--from", "never"], 64, "usage"), (["backfill"], 64, "usage"),
        (["status", "--nonsense"], 64, "usage"), (["nonsense"], 64, "usage"),
        (["help", "nonsense"], 64, "unknown-command"), (["copy", "nonsense"], 64, "usage"),
        (["status"], 78, "no-vault"), (["restore", "t"], 78, "no-vault"), (["run", "--once"], 78, "bad-jobs"),
        (["jobs", "next"], 78, "bad-jobs"), (["diff", "nowhere", "nowhere"], 78, "no-vault"),
    ]

    @Test(arguments: fatal.indices) func whatEndsACommandIsJSONOnStandardError(_ index: Int) async throws {
        let (arguments, status, code) = Self.fatal[index]
        let program = try Program()
        let outcome = try await program.run(arguments + ["--json"])
        #expect(outcome.status == status, "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
        let document = try JSONSerialization.jsonObject(with: Data(outcome.errors.utf8))
        #expect(try Self.schema("error").problems(of: document) == [])
        let error = try #require((document as? [String: Any])?["error"] as? [String: Any])
        #expect(error["code"] as? String == code, "\(outcome.errors)")
        #expect((error["message"] as? String)?.isEmpty == false)
    }

    @Test func aTaskThatIsNotThereIsTheSameStatusEverywhere() async throws {
        try await withSandbox { baseURL, _ in
            let program = try Program(baseURL: baseURL)
            _ = try await program.run(["backfill", Self.weather, "--window", "30d"] + Self.range)
            for arguments in [
                ["backfill", "nix"] + Self.range, ["snapshot", "nix", "--source", "all"], ["probe", "nix"],
                ["restore", "nix"], ["verify", "nix"], ["verify", "--remote", "nix"], ["verify", "--reconcile", "nix"],
                ["status", "nix"], ["list", "nix"], ["compact", "nix"], ["prune", "nix", "--keep-within", "90d"],
                ["export-manifest", "nix"], ["diff", program.vault, program.vault, "--task", "nix"],
                ["backfill", "b1d51de6-f644-4a26-b659-d001fe527f4d"] + Self.range,
            ] {
                let outcome = try await program.run(arguments)
                #expect(outcome.status == 64, "\(arguments): \(outcome.output)\(outcome.errors)")
                #expect(!outcome.errors.contains("2999"), "\(outcome.errors)")
            }
        }
    }

    @Test func helpOfNoCommandSuggestsOne() async throws {
        let program = try Program()
        let outcome = try await program.run("help", "restor")
        #expect(outcome.status == 64 && outcome.errors.contains("did you mean 'restore'?"), "\(outcome.errors)")
        #expect(try await program.run("help", "jobs", "chek").errors.contains("did you mean 'check'?"))
        #expect(try await program.run("help", "jobs", "check").status == 0)
        #expect(try await program.run("restor", "T").errors.contains("did you mean 'restore'?"))
        #expect(try await program.run("jobs", "chek").errors.contains("did you mean 'check'?"))
    }
}
