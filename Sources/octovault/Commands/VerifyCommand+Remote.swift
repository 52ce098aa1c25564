import Archive
import Operations
import Snapshots
import StorageTime
import Vault

extension VerifyCommand {
    /// Counts windows again at the API, and says which are not as they were.
    func runRemote(_ range: Window?) async throws {
        let account = try account.choice.account()
        let vault = try vault.open(output)
        defer { vault.close() }
        let tasks = try selection.tasks(in: vault)
        let session = AccountSession(vault: vault, account: account, logger: output.logger())
        let (terminal, isQuiet, isDeep) = (output.terminal, output.quiet, deep)
        let outcome = try await SignalHandling.guarding {
            try await session.compareWindows(of: tasks, in: range, isDeep: isDeep) {
                if !isQuiet { terminal.show(progress: "\($0.windows.grouped) windows") }
            }
        }
        terminal.endProgress()
        try show(outcome.result)
        try finish(with: outcome.stoppedBy ?? outcome.result.verdict)
    }

    private func show(_ report: RemoteReport) throws {
        if output.json { return try output.terminal.printLine(report.json) }
        var lines: [String] = []
        for stretch in report.equal {
            lines.append("equal  \(stretch.task)  \(stretch.range)  \(stretch.windows.counted("window"))")
        }
        for (word, counts) in [("grown", report.grown), ("shrunk", report.shrunk)] {
            for count in counts {
                lines.append(
                    "\(word)  \(count.task)  \(count.window)  \(count.expected.counted("row")) then, \(count.counted.grouped) now"
                )
            }
        }
        for stretch in report.reordered { lines.append("reordered  \(stretch.task)  \(stretch.range)") }
        for change in report.changed {
            lines.append(
                "changed  \(change.task)  \(change.window)  \(change.new.counted("row")) new, \(change.gone.grouped) gone"
            )
        }
        for count in report.increments {
            lines.append(
                "\(count.isSame ? "equal" : "changed")  \(count.task)  increments  \(count.expected.counted("row")) then, "
                    + "\(count.counted.grouped) now, \(count.behind.grouped) more since")
        }
        if report.increments.contains(where: { !$0.isSame }) {
            lines.append("`octovault snapshot TASK --source increments` reads such tasks from their first row on")
        }
        for failure in report.failed {
            let window = failure.window.map { "  \($0)" } ?? ""
            lines.append("failed  \(failure.task)\(window)  \(Problem(failure.error).message)")
        }
        if !report.grown.isEmpty || !report.changed.isEmpty {
            lines.append(
                "`octovault backfill TASK --from T --to T --force` takes such windows again; no row is lost by it")
        }
        lines.append(report.sentence)
        for line in lines { try output.terminal.printSentence(line) }
    }
}

extension RemoteReport {

    fileprivate var sentence: String {
        let same = increments.count(where: \.isSame)
        let ofIncrements =
            "increments of \(increments.count.counted("task")): \(same.grouped) equal"
            + (same < increments.count ? ", \((increments.count - same).grouped) changed" : "")
        if windows == 0, !increments.isEmpty {
            return ofIncrements + (failed.isEmpty ? "" : ", \(failed.count.grouped) failed")
                + "; \(requests.counted("request"))"
        }
        var parts = ["\(equalWindows.grouped) equal"]
        for (count, word) in [
            (grown.count, "grown"), (shrunk.count, "shrunk"), (reordered.count, "reordered"),
            (changed.count, "changed"), (failed.count, "failed"),
        ] where count > 0 {
            parts.append("\(count.grouped) \(word)")
        }
        if !increments.isEmpty { parts.append(ofIncrements) }
        return "\(windows.counted("window")): \(parts.joined(separator: ", ")); \(requests.counted("request"))"
    }
}
