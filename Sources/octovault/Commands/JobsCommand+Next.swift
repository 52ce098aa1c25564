import ArgumentParser
import Cron
import Foundation
import Jobs
import Operations
import StorageTime

extension JobsCommand {
    struct Next: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "next",
            abstract: "Print the next firings, and the storage time that each is to take.",
            discussion: """
                A line a firing, in order over all jobs; firings at one instant by the jobs' names. --json prints \
                {"job":…,"at":…,"windows":{"from":…,"to":…},"requests":…,"seconds":…}, where "at" bears the schedule's \
                offset and "windows" is storage time: what closes between the firing before and this one, on the job's \
                grid. It is null where nothing closes, for other sources than storage-time, and with --expression, where \
                "job" is null as well. "requests" is how many these windows are likely to take, where nothing has moved, \
                and "seconds" how long at the account's rate; null where a job takes groups or names, since only the \
                server knows how many tasks these are.

                EXIT STATUS: 0 printed · 64 usage, or a wrong --expression · 78 a file is wrong
                """)

        @Argument(
            help: "A folder of job files, or one file; 'jobs' where neither this nor --expression is given.",
            completion: .file(extensions: ["yaml", "yml"]))
        var path: String?

        @Option(name: .customShort("n"), help: ArgumentHelp("Lines in all.", valueName: "count"))
        var count = 10

        @Option(
            help: ArgumentHelp(
                "Only firings after this instant: 2026-03-28T00:00:00Z. Else: now.", valueName: "instant"))
        var from: String?

        @Option(help: ArgumentHelp("A cron expression, in place of files.", valueName: "cron"))
        var expression: String?

        @Option(
            help: ArgumentHelp("The zone of --expression; UTC without it.", valueName: "zone"),
            completion: Completion.zones)
        var timeZone: String?

        @OptionGroup var output: OutputOptions

        func run() async throws {
            let count = try Int.option("-n", count)
            let start = try Date.option("--from", instant: from) ?? Date()
            let sources = try sources()
            let width = min(sources.compactMap { $0.job?.name.count }.max() ?? 0, 40)
            for firing in UpcomingFirings(of: sources, after: start).prefix(count) {
                if output.json {
                    try output.terminal.printLine(firing.json)
                } else {
                    try output.terminal.printLine(firing.line(nameWidth: width).printable)
                }
            }
        }

        private func sources() throws -> [UpcomingFirings.Source] {
            guard let expression else {
                guard timeZone == nil else {
                    throw Problem.usage(
                        "--time-zone is for --expression", hint: "a job's zone is its own: time_zone in its file")
                }
                let set = try JobSet.read(path ?? "jobs")
                return set.jobs.map { job in
                    let rate = try? set.account(of: job).requestsPerSecond
                    return .init(schedule: job.schedule, job: job, clock: set.clock(of: job), requestsPerSecond: rate)
                }
            }
            guard path == nil else { throw Problem.usage("name files or an --expression, not both") }
            return [.init(schedule: try read(expression))]
        }

        private func read(_ expression: String) throws -> CronExpression {
            guard let zone = NamedZone(timeZone ?? "UTC") else {
                throw Problem.usage(
                    "--time-zone: '\(timeZone ?? "")' is not a time zone",
                    hint: "use a name such as UTC, Europe/Berlin or Asia/Shanghai")
            }
            do throws(CronError) {
                return try CronExpression(expression, timeZone: zone.timeZone)
            } catch {
                if output.json {
                    throw Problem(.usage, code: error.code.rawValue, "--expression: \(error.message)", hint: error.hint)
                }
                for line in error.lines(under: expression) { output.terminal.say(line) }
                throw Problem(.usage, code: error.code.rawValue, "")
            }
        }
    }
}

extension CronError {
    /// The error with the expression below it and a caret under the character concerned.
    func lines(under expression: String) -> [String] {
        var lines = ["octovault: --expression: \(message)".printable, "  \(expression.printable)"]
        if let column {
            let before = String(expression.prefix(column - 1)).printable
            lines.append("  " + String(repeating: " ", count: before.count) + "^")
        }
        return lines + (hint.map { ["  \($0.printable)"] } ?? [])
    }
}
