import ArgumentParser
import Foundation
import Jobs
import Operations
import StorageTime

struct JobsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobs",
        abstract: "Check job files, print them with their defaults, print the next firings, try out their notices.",
        subcommands: [Check.self, Show.self, Next.self, Notify.self])

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check",
            abstract: "Find everything that is wrong with job and account files.",
            discussion: """
                Prints a line a problem, as compilers do: FILE:LINE:COLUMN: KEY: what is wrong (expected what belongs \
                there); --json prints one object a problem, and nothing where there is none. What is allowed but worth a \
                look goes to standard error.

                EXIT STATUS: 0 nothing is wrong · 78 something is
                """)

        @Argument(help: "A folder of job files, or one file.", completion: .file(extensions: ["yaml", "yml"]))
        var path = "jobs"

        @OptionGroup var output: OutputOptions

        func run() async throws {
            do {
                let set = try JobSet.load(path: path, environment: ProcessInfo.processInfo.environment)
                for remark in set.remarks { output.say("remark: \(remark)".printable) }
                if !output.json, !output.quiet { try output.terminal.printLine("\(set.size): fine") }
            } catch let error as JobFilesError {
                for problem in error.problems { try show(problem) }
                let files = Set(error.problems.map(\.file)).count
                output.say(
                    "\(error.problems.count) \(error.problems.count == 1 ? "problem" : "problems") in \(files) "
                        + (files == 1 ? "file" : "files"))
                try finish(with: .badConfiguration)
            }
        }

        private func show(_ problem: JobProblem) throws {
            guard output.json else { return try output.terminal.printLine("\(problem)".printable) }
            try output.terminal.printLine(problem.json)
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Print jobs and accounts as they take effect, every default filled in.",
            discussion: """
                Keys that are not set are comments. Of addresses to notify only the host is shown, and of commands only \
                the program: the rest may be secret.

                EXIT STATUS: 0 shown · 78 a file is wrong
                """)

        @Argument(help: "A folder of job files, or one file.", completion: .file(extensions: ["yaml", "yml"]))
        var path = "jobs"

        @OptionGroup var output: OutputOptions

        func run() async throws {
            let effective = try JobSet.read(path).effective
            if output.json {
                try output.terminal.printLine(effective.json)
            } else {
                for line in effective.yaml.split(separator: "\n") {
                    try output.terminal.printLine(String(line).printable)
                }
            }
        }
    }
}

extension JobSet {
    /// `3 jobs and 1 account`.
    fileprivate var size: String {
        "\(jobs.count) \(jobs.count == 1 ? "job" : "jobs") and \(accounts.count) "
            + (accounts.count == 1 ? "account" : "accounts")
    }

    /// What is allowed but worth a look.
    fileprivate var remarks: [String] {
        let now = StorageClock(timeZone: .gmt).storageTime(at: Date())
        var remarks = accounts.flatMap { $0.remarks() } + jobs.flatMap { $0.remarks(now: now) }
        if let job = jobs.first {
            do throws(JobFilesError) { _ = try account(of: job) } catch {
                remarks += error.problems.map(\.description)
            }
        }
        return remarks
    }
}
