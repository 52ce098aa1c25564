import Subprocess
import SystemPackage

extension ShellCommand {
    /// Runs the command to its end, in a process group of its own, and gives what it wrote on standard output.
    ///
    /// Text goes to `/bin/sh -c`; a program is started as it is. Standard error is dropped.
    ///
    /// - Parameters:
    ///   - environment: all of the command's variables.
    ///   - input: what it finds on standard input, which it need not read.
    ///   - outputLimit: bytes; a command that writes more is ended.
    ///   - timeout: then the group gets SIGTERM, and a second later SIGKILL; likewise when the task is cancelled.
    /// - Throws: where there is no result. An exit status other than 0 is one.
    package func run(
        environment: [String: String], input: [UInt8] = [], outputLimit: Int, timeout: Duration
    ) async throws(CommandError) -> CommandResult {
        let configuration = configuration(environment)
        let standardInput = try InputFile.open(holding: input)
        defer { try? standardInput.close() }
        let outcome = await withTaskGroup(of: Result<CommandResult, CommandError>?.self) { group in
            group.addTask { await Self.run(configuration, standardInput, outputLimit: outputLimit) }
            group.addTask {
                guard (try? await SlicingClock().sleep(for: timeout)) != nil else { return nil }
                return .failure(CommandError(code: .timedOut, message: "took longer than \(timeout)"))
            }
            var outcome: Result<CommandResult, CommandError>?
            while let next = await group.next() {
                // The first result counts; whichever is left then ends: the sleep, or the command with its group.
                if outcome == nil, let next { outcome = next }
                if outcome != nil { group.cancelAll() }
            }
            return outcome ?? .failure(CommandError(code: .failed, message: "gave no result"))
        }
        return try outcome.get()
    }

    private func configuration(_ environment: [String: String]) -> Configuration {
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = [
            .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: .seconds(1))
        ]
        let (executable, arguments): (Executable, [String]) =
            switch self {
            case .shell(let text): (.path("/bin/sh"), ["-c", text])
            case .program(let words):
                (words[0].contains("/") ? .path(FilePath(words[0])) : .name(words[0]), Array(words.dropFirst()))
            }
        let variables = environment.map { (Environment.Key(stringLiteral: $0.key), $0.value) }
        return Configuration(
            executable: executable, arguments: Arguments(arguments),
            environment: .custom(Dictionary(variables) { first, _ in first }), platformOptions: options)
    }

    private static func run(
        _ configuration: Configuration, _ input: FileDescriptor, outputLimit: Int
    ) async -> Result<CommandResult, CommandError> {
        do {
            let result = try await Subprocess.run(
                configuration, input: .fileDescriptor(input, closeAfterSpawningProcess: false),
                output: .bytes(limit: outputLimit), error: .discarded)
            return switch result.terminationStatus {
            case .exited(let status):
                .success(CommandResult(exitStatus: status, signal: nil, output: result.standardOutput))
            case .signaled(let signal):
                .success(CommandResult(exitStatus: nil, signal: signal, output: result.standardOutput))
            }
        } catch let error as SubprocessError where error.code == .executableNotFound {
            return .failure(CommandError(code: .notFound, message: "is not there"))
        } catch let error as SubprocessError where error.code == .outputLimitExceeded {
            return .failure(CommandError(code: .tooMuchOutput, message: "writes more than \(outputLimit) bytes"))
        } catch {
            return .failure(CommandError(code: .failed, message: "could not be run"))
        }
    }
}
