import Operations
import Spelling
import StorageTime

extension InitCommand {
    /// What was written, and what to type next.
    func show(_ outcome: Setup.Outcome, _ found: Setup.Measurement, _ request: SetupRequest) throws {
        guard !output.json else {
            return try output.terminal.printLine(
                .object([
                    "accounts_file": .text(outcome.accountsFile), "job_file": .text(outcome.jobFile),
                    "secret_file": .text(outcome.secretFile), "window": .text(outcome.window),
                    "schedule": .text(outcome.schedule), "start": .text(outcome.start),
                    "time_zone": .text(outcome.timeZone), "requests": .integer(outcome.requests),
                    "older_rows": .integer(found.olderRows), "oldest_day": .text(found.oldestDay?.dateText),
                ]))
        }
        let folder = request.folder == "." ? "" : "cd \(request.folder.shellWord) && "
        var lines = ["wrote \(outcome.accountsFile), \(outcome.jobFile) and \(outcome.secretFile)"]
        if let window = outcome.window, let start = outcome.start {
            lines.append("  windows of \(window) from \(start) on, on the schedule '\(outcome.schedule)'")
            if let oldest = found.oldestDay, oldest.dateText < start {
                let older = found.olderRows.counted("row")
                lines.append("  \(older) are older: --start \(oldest.dateText) takes them, too")
            }
            if outcome.timeZone == nil {
                lines.append("  the server's zone is not known; --time-zone names it, so that windows close in time")
            }
        } else {
            lines.append("  all rows, and those that come, on the schedule '\(outcome.schedule)'")
        }
        let time = outcome.seconds > 1 ? ", about \(Seconds(outcome.seconds).rough)" : ""
        let source = outcome.window == nil ? "--source increments " : ""
        lines += [
            "the first backup, at least \(outcome.requests.counted("request"))\(time):",
            "  \(folder)octovault run --once",
            "then leave it running, or make it a service:",
            "  \(folder)octovault run",
            "  systemctl --user enable --now octovault    (for ~/octovault)",
            "rows as CSV, whenever you like:",
            "  \(folder)octovault restore \(outcome.task.shellWord) \(source)-o rows.csv",
        ]
        // Between words on a screen; where a program reads it, not at all.
        for line in lines.flatMap({ $0.wrapped(to: output.terminal.width, indent: "    ") }) {
            try output.terminal.printLine(line)
        }
    }
}
