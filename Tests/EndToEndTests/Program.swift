import Foundation
import Subprocess
import TestSupport
import Testing

#if canImport(System)
import System
#else
import SystemPackage
#endif

/// The built program, run as its users run it.
struct Program {
    /// What a run left behind.
    struct Outcome: Sendable {
        let status: Int32
        let output: String
        let errors: String

        var lines: [String] { output.split(separator: "\n").map(String.init) }

        /// The one JSON document on standard output.
        func json() throws -> [String: Any] {
            try #require(
                try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any], "\(output)\(errors)")
        }

        /// The JSON documents on standard output, one a line.
        func jsonLines() throws -> [[String: Any]] {
            try lines.map {
                try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any], "\($0)")
            }
        }
    }

    /// A folder of its own: the vault, the token cache and whatever else a test writes lie in it.
    let folder: TemporaryFolder
    var variables: [String: String]

    init(baseURL: String = "http://127.0.0.1:9", password: String = "sandbox") throws {
        folder = try TemporaryFolder()
        variables = [
            "OCTOPARSE_BASE_URL": baseURL, "OCTOPARSE_USERNAME": "sandbox", "OCTOPARSE_PASSWORD": password,
            "OCTOPARSE_REQUESTS_PER_SECOND": "0", "OCTOPARSE_TIME_ZONE": "UTC",
            "OCTOVAULT_VAULT": "\(folder.path)/vault", "XDG_STATE_HOME": "\(folder.path)/state",
            "HOME": folder.path, "PATH": "/usr/bin:/bin",
        ]
    }

    var vault: String { "\(folder.path)/vault" }

    /// The program lies beside the test runner.
    static let path = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        .appendingPathComponent("octovault").path

    /// Runs to the end.
    func run(_ arguments: String...) async throws -> Outcome {
        try await run(arguments)
    }

    func run(_ arguments: [String]) async throws -> Outcome {
        let result = try await Subprocess.run(
            .path(FilePath(Self.path)), arguments: Arguments(arguments), environment: environment,
            workingDirectory: FilePath(folder.path), output: .string(limit: 64 << 20), error: .string(limit: 16 << 20))
        return Outcome(
            status: Self.status(result.terminationStatus), output: result.standardOutput,
            errors: result.standardError)
    }

    /// Runs to the end under another program, which gets its own arguments before the program's path.
    func runWrapped(_ command: [String], _ arguments: [String]) async throws -> Outcome {
        let words = command + [Self.path] + arguments
        let result = try await Subprocess.run(
            .path(FilePath(words[0])), arguments: Arguments(Array(words.dropFirst())), environment: environment,
            workingDirectory: FilePath(folder.path), input: .none, output: .string(limit: 64 << 20),
            error: .string(limit: 16 << 20))
        return Outcome(
            status: Self.status(result.terminationStatus), output: result.standardOutput,
            errors: result.standardError)
    }

    /// Runs another program of the machine in the same folder, with the same variables.
    func shell(_ program: String, _ arguments: String...) async throws -> Outcome {
        try await shell(program, arguments)
    }

    func shell(_ program: String, _ arguments: [String]) async throws -> Outcome {
        let result = try await Subprocess.run(
            .name(program), arguments: Arguments(arguments), environment: environment,
            workingDirectory: FilePath(folder.path), output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
        return Outcome(
            status: Self.status(result.terminationStatus), output: result.standardOutput,
            errors: result.standardError)
    }

    /// Starts, hands the running process to `body`, and waits for its end.
    func start(
        _ arguments: [String], _ body: @Sendable (_ send: (Signal) throws -> Void) async throws -> Void
    ) async throws -> Outcome {
        let result = try await Subprocess.run(
            .path(FilePath(Self.path)), arguments: Arguments(arguments), environment: environment,
            workingDirectory: FilePath(folder.path), input: .none, output: .string(limit: 64 << 20),
            error: .string(limit: 16 << 20)
        ) { execution in
            try await body { signal in try execution.send(signal: signal) }
        }
        return Outcome(
            status: Self.status(result.terminationStatus), output: result.standardOutput,
            errors: result.standardError)
    }

    private var environment: Environment {
        .custom(Dictionary(uniqueKeysWithValues: variables.map { (Environment.Key(stringLiteral: $0.key), $0.value) }))
    }

    /// As a shell tells it: 128 and the number for a signal.
    private static func status(_ termination: TerminationStatus) -> Int32 {
        switch termination {
        case .exited(let code): code
        case .signaled(let signal): 128 + signal
        }
    }
}
