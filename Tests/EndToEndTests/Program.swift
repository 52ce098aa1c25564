import Foundation
import Sandbox
import Subprocess
import Synchronization
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

    /// Sends a running process a signal.
    typealias SendSignal = @Sendable (Signal) throws -> Void

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
        try await launch(.path(FilePath(Self.path)), arguments)
    }

    /// Runs to the end under another program, which gets its own arguments before the program's path.
    func runWrapped(_ command: [String], _ arguments: [String]) async throws -> Outcome {
        let words = command + [Self.path] + arguments
        return try await launch(.path(FilePath(words[0])), Array(words.dropFirst()))
    }

    /// Runs another program of the machine in the same folder, with the same variables.
    func shell(_ program: String, _ arguments: String...) async throws -> Outcome {
        try await shell(program, arguments)
    }

    func shell(_ program: String, _ arguments: [String]) async throws -> Outcome {
        try await launch(.name(program), arguments)
    }

    /// Starts, hands the running process to `body`, and waits for its end.
    func start(
        _ arguments: [String],
        _ body: @Sendable (_ send: @escaping SendSignal) async throws -> Void
    ) async throws -> Outcome {
        try await runAlongside(arguments) { _, send in try await body(send) }
    }

    /// Starts, hands the running process and its number to `body`, and waits for its end.
    func runAlongside(
        _ arguments: [String],
        _ body: @Sendable (_ id: Int32, _ send: @escaping SendSignal) async throws -> Void
    ) async throws -> Outcome {
        try await launch(.path(FilePath(Self.path)), arguments, body)
    }

    /// Runs to the end, and gets a signal before the server answers the request of that number, from 1.
    func run(
        _ arguments: [String], sending signal: Signal, beforeAnswering request: Int, by store: SandboxStore
    ) async throws -> Outcome {
        let process = RunningProcess()
        let counter = RequestCountdown(request) { process.send(signal) }
        store.onRequest { _ in counter.count() }
        defer { store.onRequest(nil) }
        return try await runAlongside(arguments) { id, _ in process.start(id) }
    }

    /// Runs a program in the folder and waits for its end.
    func launch(
        _ executable: Executable, _ arguments: [String],
        _ body: @Sendable (_ id: Int32, _ send: @escaping SendSignal) async throws -> Void = {
            _, _ in
        }
    ) async throws -> Outcome {
        try await withTaskExecutorPreference(OwnThreads.programs) {
            let result = try await Subprocess.run(
                executable, arguments: Arguments(arguments), environment: environment,
                workingDirectory: FilePath(folder.path), input: .none, output: .string(limit: 64 << 20),
                error: .string(limit: 16 << 20)
            ) { execution in
                try await body(execution.processIdentifier.value) { try execution.send(signal: $0) }
            }
            return Outcome(
                status: Self.status(result.terminationStatus), output: result.standardOutput,
                errors: result.standardError)
        }
    }

    var environment: Environment {
        .custom(Dictionary(uniqueKeysWithValues: variables.map { (Environment.Key(stringLiteral: $0.key), $0.value) }))
    }

    /// As a shell tells it: 128 and the number for a signal.
    static func status(_ termination: TerminationStatus) -> Int32 {
        switch termination {
        case .exited(let code): code
        case .signaled(let signal): 128 + signal
        }
    }
}

extension OwnThreads {
    /// Those that watch over programs: what they write is read, and signals are sent, however busy other tests are.
    static let programs = OwnThreads()
}

/// A process that is sent a signal by another thread than the one that started it.
private final class RunningProcess: Sendable {
    private let id = Mutex<Int32?>(nil)
    private let isStarted = DispatchSemaphore(value: 0)

    func start(_ id: Int32) {
        self.id.withLock { $0 = id }
        isStarted.signal()
    }

    /// Waits until its number is known: it may ask a server before those who started it are told.
    func send(_ signal: Signal) {
        isStarted.wait()
        if let id = id.withLock({ $0 }) { kill(id, signal.rawValue) }
    }
}
