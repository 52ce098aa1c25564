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
        try await run(environment, input, timeout) { configuration, input in
            await Self.run(configuration, input, outputLimit: outputLimit)
        }
    }

    /// The same for a command that may write as much as it likes, on standard output and standard error: all of it is
    /// read, and the end is in `tail`, also where an error is thrown. The result's output is empty.
    package func run(
        environment: [String: String], input: [UInt8] = [], tail: OutputTail, timeout: Duration
    ) async throws(CommandError) -> CommandResult {
        try await run(environment, input, timeout) { configuration, input in
            await Self.run(configuration, input, tail)
        }
    }

    private typealias Outcome = Result<CommandResult, CommandError>

    private func run(
        _ environment: [String: String], _ input: [UInt8], _ timeout: Duration,
        _ body: @escaping @Sendable (Configuration, FileDescriptor) async -> Outcome
    ) async throws(CommandError) -> CommandResult {
        let configuration = configuration(environment)
        let standardInput = try InputFile.open(holding: input)
        defer { try? standardInput.close() }
        let outcome = await withTaskGroup(of: Outcome?.self) { group in
            group.addTask { await body(configuration, standardInput) }
            group.addTask {
                guard (try? await SlicingClock().sleep(for: timeout)) != nil else { return nil }
                return .failure(CommandError(code: .timedOut, message: "took longer than \(timeout)"))
            }
            var outcome: Outcome?
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
    ) async -> Outcome {
        struct TooMuch: Error {}
        let child = OrphanReaper.process.announce()
        defer { child.ended() }
        do {
            let result = try await Subprocess.run(
                configuration, input: .fileDescriptor(input, closeAfterSpawningProcess: false), output: .sequence,
                error: .discarded
            ) { execution in
                child.started(execution.processIdentifier.value)
                var output: [UInt8] = []
                for try await buffer in execution.standardOutput {
                    buffer.withUnsafeBytes { output += $0 }
                    guard output.count <= outputLimit else { throw TooMuch() }
                }
                return output
            }
            return .success(CommandResult(result.terminationStatus, output: result.closureResult))
        } catch is TooMuch {
            return .failure(CommandError(code: .tooMuchOutput, message: "writes more than \(outputLimit) bytes"))
        } catch {
            return .failure(CommandError(error))
        }
    }

    private static func run(_ configuration: Configuration, _ input: FileDescriptor, _ tail: OutputTail) async
        -> Outcome
    {
        let child = OrphanReaper.process.announce()
        defer { child.ended() }
        do {
            let result = try await Subprocess.run(
                configuration, input: .fileDescriptor(input, closeAfterSpawningProcess: false), output: .sequence,
                error: .combinedWithOutput
            ) { execution in
                child.started(execution.processIdentifier.value)
                for try await buffer in execution.standardOutput { buffer.withUnsafeBytes { tail.append($0) } }
            }
            return .success(CommandResult(result.terminationStatus))
        } catch {
            return .failure(CommandError(error))
        }
    }
}

extension CommandResult {
    fileprivate init(_ status: TerminationStatus, output: [UInt8] = []) {
        switch status {
        case .exited(let code): self.init(exitStatus: code, signal: nil, output: output)
        case .signaled(let signal): self.init(exitStatus: nil, signal: signal, output: output)
        }
    }
}

extension CommandError {
    fileprivate init(_ error: any Error) {
        if let error = error as? SubprocessError, error.code == .executableNotFound {
            self.init(code: .notFound, message: "is not there")
        } else {
            self.init(code: .failed, message: "could not be run")
        }
    }
}
