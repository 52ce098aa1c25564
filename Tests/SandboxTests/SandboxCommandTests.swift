import Foundation
import Sandbox
import Subprocess
import Testing

#if canImport(System)
import System
#else
import SystemPackage
#endif

/// `octovault sandbox`, run as its users run it: the program lies beside the test runner.
@Suite(.serialized) struct SandboxCommandTests {
    private struct Outcome {
        let status: Int32
        let output: String
        let errors: String
    }

    private static let program = FilePath(
        URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "octovault").path)

    private static func run(_ arguments: String...) async throws -> Outcome {
        let result = try await Subprocess.run(
            .path(program), arguments: Arguments(["sandbox"] + arguments),
            environment: .custom(["PATH": "/usr/bin:/bin"]),
            input: .none, output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
        let status: Int32? = if case .exited(let code) = result.terminationStatus { code } else { nil }
        return Outcome(status: try #require(status), output: result.standardOutput, errors: result.standardError)
    }

    @Test func theListOfFaultsHasALineForEachKind() async throws {
        let outcome = try await Self.run("--list-faults")
        #expect(outcome.status == 0)
        let lines = outcome.output.split(separator: "\n")
        #expect(lines.map { String($0.prefix { $0 != " " }) } == Fault.Kind.allCases.map(\.rawValue))
        for (line, kind) in zip(lines, Fault.Kind.allCases) { #expect(line.contains(kind.summary)) }
        #expect(lines.contains { $0.hasSuffix("(retry-after=none, seconds=1)") })
    }

    @Test func theListOfFaultsIsJSONWhereAskedFor() async throws {
        let outcome = try await Self.run("--list-faults", "--json")
        #expect(outcome.status == 0)
        let lines = try outcome.output.split(separator: "\n").map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
        #expect(lines.map { $0["fault"] as? String } == Fault.Kind.allCases.map(\.rawValue))
        #expect(lines.map { $0["summary"] as? String } == Fault.Kind.allCases.map(\.summary))
    }

    @Test func theHelpNamesEveryKeyOfAFault() async throws {
        let help = try await Self.run("--help").output.replacing(/\s+/, with: " ")
        for word in [
            "--fault", "--fault-seed", "--list-faults", "rate=0.1", "next=3", "requests=5-9", "every=4", "from-page=2",
            "endpoints=", "/__sandbox/faults", "hostile",
        ] {
            #expect(help.contains(word), "\(word)")
        }
    }

    @Test(arguments: [
        (["--fault", "reset-befor"], "did you mean 'reset-before'?"),
        (["--fault", "latency:rat=1"], "no setting 'rat'"),
        (["--fault", "latency:rate=2"], "'rate' is outside"), (["--task", "t=hostile:x"], "no seed"),
        (["--late", "2"], "late"), (["--fault-seed", "-1"], "fault-seed"),
    ])
    func aBadSettingIsAUsageErrorThatSaysWhatIsMeant(arguments: [String], message: String) async throws {
        let outcome = try await Self.run(arguments[0], arguments[1])
        #expect(outcome.status == 64)
        #expect(outcome.errors.contains(message), "\(outcome.errors)")
        #expect(outcome.output == "")
        if arguments[1] == "reset-befor" {
            for kind in Fault.Kind.allCases { #expect(outcome.errors.contains(kind.rawValue)) }
        }
    }

    @Test func flagsPlayFaultsOverRecipesOfRows() async throws {
        let arguments = [
            "sandbox", "--task", "t=mixed:3", "--fault", "server-error:next=1", "--fault", "date-skewed:rate=0.5",
            "--fault-seed", "5",
        ]
        _ = try await Subprocess.run(
            .path(Self.program), arguments: Arguments(arguments), environment: .custom(["PATH": "/usr/bin:/bin"]),
            input: .none, output: .sequence, error: .discarded
        ) { execution in
            for try await line in execution.standardOutput.strings() {
                let served = Result { try Self.baseURL(line) }
                await #expect(throws: Never.self) { try await Self.look(try served.get()) }
                break
            }
            try execution.send(signal: .terminate)
        }
    }

    private static func baseURL(_ line: String) throws -> String {
        let ready = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        return try #require(ready["base_url"] as? String)
    }

    private static func look(_ url: String) async throws {
        let visitor = try await Visitor.loggedIn(url)
        #expect(try await visitor.get("/api/alldata?taskid=t").status == 500)
        let total = RowRecipe.mixed.rows(seed: 3).count
        #expect(try await visitor.get("/api/alldata?taskid=t&pagesize=1").body.contains(#""total":\#(total),"#))
        let truth = try await visitor.get("/__sandbox/rows?task=t").bytes
        #expect(truth.count { $0 == UInt8(ascii: "\n") } == total)
        let shown = try await visitor.get("/__sandbox/faults").body
        #expect(shown.hasPrefix(#"{"seed":5,"faults":[{"fault":"server-error","#))
        #expect(shown.contains(#""next":1,"rate":1,"seen":2,"played":1}"#))
    }
}
