import Archive
import ArgumentParser
import Operations
import Vault

/// How a command that merges or removes old windows takes the tasks, and where their rules are.
struct AgeingOptions: ParsableArguments {
    @Flag(help: "Do not wait for a task that another process holds: leave it out, and end with 75.")
    var noWait = false

    @Option(
        help: ArgumentHelp("The job files, a folder or one file; else 'jobs', if it is there.", valueName: "path"),
        completion: .file(extensions: ["yaml", "yml"]))
    var jobs: String?

    func wait(_ output: OutputOptions) -> LockWait { noWait ? .no : .announced(output) }
}

extension OutputOptions {
    /// Shows what became of tasks: a JSON document, or each report's lines, then the tasks that were left out and why.
    ///
    /// - Parameter nothing: what is said where there was no task.
    func show<Report>(
        _ work: TaskWork<Report>, json document: OrderedJSON, nothing: String, lines: (Report) -> [String]
    ) throws {
        for notice in work.notices { say("octovault: \(notice.message)") }
        if json { return try terminal.printLine(document) }
        for report in work.reports {
            for line in lines(report) { try terminal.printLine(line) }
        }
        for task in work.locked {
            terminal.say("task \(task) is taken by another process: run the command again later")
        }
        for (task, error) in work.failed { terminal.say("octovault: task \(task): \(Problem(error).message)") }
        if work.reports.isEmpty, work.locked.isEmpty, work.failed.isEmpty { say(nothing) }
    }
}

extension LockWait {
    /// Waits for a task that another process holds, and says so once.
    static func announced(_ output: OutputOptions) -> LockWait {
        .polling(onHeld: { holder in
            let who = holder.map { "process \($0)" } ?? "another process"
            output.say("\(who) holds a task; waiting (--no-wait leaves it out)")
        })
    }
}
