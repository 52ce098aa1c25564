import ArgumentParser
import CBuild
import Foundation
import Jobs
import Operations
import Records
import Sandbox
import Spelling

@main
struct OctovaultCommand: AsyncParsableCommand {
    static let version = ProgramVersion.number

    static let configuration = CommandConfiguration(
        commandName: "octovault",
        abstract: "Keep a complete, verified, local copy of what Octoparse cloud tasks produce.",
        discussion: """
            Every window of storage time is sealed with its count checked against the API's total, and whatever is \
            missing is named. Archives are gzip NDJSON: zcat, DuckDB and Spark read them as they are.

            EXIT STATUS
              0 done and proven · 64 usage · 65 data damaged, or gaps · 69 API unavailable · 70 a bug
              73 cannot write · 75 try again later · 77 credentials refused · 78 bad job, account or vault format
              129 hung up · 130 interrupted · 143 stopped
            """,
        version: version,
        subcommands: [
            InitCommand.self, RunCommand.self, BackfillCommand.self, SnapshotCommand.self, RestoreCommand.self,
            VerifyCommand.self,
            StatusCommand.self, HistoryCommand.self, PageCommand.self, MetricsCommand.self, ListCommand.self,
            TasksCommand.self, JobsCommand.self,
            ProbeCommand.self, CompactCommand.self, PruneCommand.self, CatalogCommand.self, DiffCommand.self,
            ExportManifestCommand.self, CopyCommand.self, PlanCommand.self, MergeCommand.self, DoctorCommand.self,
            SandboxCommand.self,
            DemoCommand.self,
        ])

    /// Runs one command and ends the process with its status. Errors become statuses here and nowhere else.
    static func main() async {
        CrashOutput.withhold()
        signal(SIGPIPE, SIG_IGN)
        // A limit on the size of files is an error of the write, as a full disk is.
        signal(SIGXFSZ, SIG_IGN)
        if isCompleting { Completion.limitTime() }
        do {
            try checkCommand(CommandLine.arguments.dropFirst().map { $0 })
            var command = try parseAsRoot()
            try ProcessLimits.needed(by: type(of: command)).require()
            // The thread that began the process opens a file of its own about now: where none is left by then, that
            // ends the process.
            await MainActor.run {}
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            leave(with: error)
        }
    }

    /// Refuses a command that there is none of, with what may have been meant: the parser says of it that an argument
    /// is unexpected, and shows the help of all where its help is asked for.
    private static func checkCommand(_ arguments: [String]) throws {
        let isHelp = arguments.first == "help"
        var place: any ParsableCommand.Type = Self.self
        for word in isHelp ? arguments.dropFirst() : arguments[...] {
            let commands = place.configuration.subcommands
            guard !commands.isEmpty, !word.hasPrefix("-"), isHelp || word != "help" else { return }
            guard let next = commands.first(where: { $0._commandName == word }) else {
                let names = commands.map { $0._commandName }
                throw Problem(
                    .usage, code: isHelp ? "unknown-command" : "usage", "there is no command '\(word)'",
                    hint: NearestName.of(word, among: names).map { "did you mean '\($0)'?" }
                        ?? "the commands are \(names.joined(separator: ", "))")
            }
            place = next
        }
    }

    /// Whether a shell asks for what could be typed next. It has no place to show errors.
    private static var isCompleting: Bool { CommandLine.arguments.dropFirst().first == "---completion" }

    private static func showVersion() -> Never {
        let facts = ProgramFacts(
            commit: String(cString: octovault_commit()), environment: ProcessInfo.processInfo.environment)
        for line in facts.lines {
            do { try Terminal.standard.printLine(line) } catch { break }
        }
        Foundation.exit(0)
    }

    private static func leave(with error: any Error) -> Never {
        Terminal.standard.endProgress()
        if error is ClosedPipe { Foundation.exit(0) }
        if isParserError(error) {
            let code = exitCode(for: error)
            if code == .success, message(for: error) == version { showVersion() }
            if isCompleting, code != .success { Foundation.exit(0) }
            guard code != .success else { exit(withError: error) }
            guard speaksJSON else {
                // The parser's own words are broken anywhere.
                for line in fullMessage(for: error).split(separator: "\n") { Terminal.standard.say(String(line)) }
                Foundation.exit(code.rawValue)
            }
            // The first line says what is wrong, those behind it how the command is used.
            let lines = message(for: error).split(separator: "\n").map(String.init)
            tell(Problem.usage(lines.first ?? "the command line is wrong", hint: lines.dropFirst().first))
            Foundation.exit(ExitStatus.usage.rawValue)
        }
        let problem = (error as? SandboxError).map { Problem($0) } ?? Problem(error)
        if problem.status != .done, !problem.message.isEmpty {
            guard !speaksJSON else {
                tell(problem)
                Foundation.exit(problem.status.rawValue)
            }
            Terminal.standard.say("octovault: \(problem.message.printable)")
            if let hint = problem.hint { Terminal.standard.say("  \(hint.printable)") }
        }
        Foundation.exit(problem.status.rawValue)
    }

    /// Whether `--json` was given, whatever became of the rest of the command line.
    static var speaksJSON: Bool {
        CommandLine.arguments.dropFirst().prefix { $0 != "--" }.contains("--json")
    }

    /// Says what ended a command to a program: `{"error":{"code":…,"message":…,"hint":…}}`, on standard error.
    private static func tell(_ problem: Problem) {
        let document = OrderedJSON.object([
            "error": .object([
                "code": .text(problem.code), "message": .text(problem.message), "hint": .text(problem.hint),
            ])
        ])
        Terminal.standard.say(json: String(decoding: document.line, as: UTF8.self))
    }

    /// Whether the parser made this error: a wrong command line, or a wish for help or the version.
    private static func isParserError(_ error: any Error) -> Bool {
        if error is ValidationError || error is CleanExit || error is ExitCode { return true }
        return String(reflecting: type(of: error)).hasPrefix("ArgumentParser.")
    }
}

extension Problem {
    fileprivate init(_ error: SandboxError) {
        self.init(
            error.code == .notListening ? .cannotWrite : .usage, code: error.code.rawValue, error.message,
            hint: error.hint)
    }
}

/// Ends a command that has told everything already with a status other than 0.
func finish(with status: ExitStatus) throws {
    guard status != .done else { return }
    throw Problem(status, code: "verdict", "")
}
