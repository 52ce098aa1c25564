import ArgumentParser
import Foundation
import Jobs
import Operations

extension JobsCommand {
    struct Notify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "notify",
            abstract: "Send a test to everyone that jobs tell of their runs, and say what each answered.",
            discussion: """
                To each address and each service under a job's notify, once. Addresses get a JSON document that says \
                "event":"test", and ntfy, Slack and the like a message that says so; healthchecks gets a log entry, which \
                changes no state, and Uptime Kuma a push that says up. Of addresses only the host is shown.

                EXIT STATUS: 0 all were delivered · 64 no such job · 69 one was not · 78 a file is wrong
                """)

        @Argument(help: "A folder of job files, or one file.", completion: .file(extensions: ["yaml", "yml"]))
        var path = "jobs"

        @Option(
            name: .customLong("job"),
            help: ArgumentHelp("Only this job. May be given several times.", valueName: "name"),
            completion: Completion.jobs)
        var names: [String] = []

        @OptionGroup var output: OutputOptions

        func run() async throws {
            let set = try JobSet.read(path)
            for name in names where !set.jobs.contains(where: { $0.name == name }) {
                throw Problem.usage(
                    "--job: there is no job '\(name)' in \(path)",
                    hint: "the jobs there are: \(set.jobs.map(\.name).joined(separator: ", "))")
            }
            let jobs = names.isEmpty ? set.jobs : set.jobs.filter { names.contains($0.name) }
            let trial = NoticeTrial(
                environment: ProcessInfo.processInfo.environment, logger: output.logger())
            var count = 0
            let status = try await trial.run(jobs) { result in
                count += 1
                if output.json { return try output.terminal.printLine(result.json) }
                let answer = result.failure.map { "not delivered: \($0)" } ?? "delivered"
                try output.terminal.printLine("\(result.job)  \(result.target)  \(result.place)  \(answer)".printable)
            }
            if count == 0 { output.say("no job tells anybody of its runs (notify)") }
            try finish(with: status)
        }
    }
}
