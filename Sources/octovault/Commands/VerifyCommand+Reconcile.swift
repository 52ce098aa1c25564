import Archive
import Foundation
import Operations
import Snapshots
import StorageTime
import Vault

extension VerifyCommand {
    /// Compares the cloud's total of each task with what the vault covers, and says where the two differ.
    func runReconcile() async throws {
        let account = try account.choice.account()
        let vault = try vault.open(output)
        defer { vault.close() }
        let tasks = try selection.tasks(in: vault)
        let session = AccountSession(vault: vault, account: account, logger: output.logger())
        let (terminal, isQuiet) = (output.terminal, output.quiet)
        let ended = try await SignalHandling.guarding {
            try await session.reconcile(tasks) {
                if !isQuiet { terminal.show(progress: "\($0.windows.grouped) windows") }
            }
        }
        terminal.endProgress()
        let report = ended.result
        if output.json {
            try terminal.printLine(report.json)
        } else {
            for line in report.lines { try terminal.printSentence(line) }
        }
        try finish(with: ended.stoppedBy ?? report.verdict)
    }
}

extension ReconciliationReport {

    fileprivate var lines: [String] {
        tasks.flatMap(\.lines)
            + failed.map { "failed  \($0.task)  \(Problem($0.error).message)" }
            + [
                "\(tasks.count(where: \.addsUp).grouped) of \((tasks.count + failed.count).grouped) tasks add up; "
                    + requests.counted("request")
            ]
    }
}

extension Reconciliation {
    fileprivate var lines: [String] {
        var lines = [task]
        func tell(_ word: String, _ text: String) {
            lines.append("  \(word.padding(toLength: 11, withPad: " ", startingAt: 0)) \(text)")
        }
        tell("cloud", CaptureReport.rows(total))
        tell("vault", "\(CaptureReport.rows(rows)) in \(isOfIncrements ? "increments" : windows.counted("window"))")
        if kept > 0 { tell("kept", "\(CaptureReport.rows(kept)) of them, which the cloud no longer has") }
        if pruned > 0 { tell("pruned", "\(CaptureReport.rows(pruned)) more, by the manifests") }
        for count in shrunk {
            tell(
                "shrunk",
                "\(count.window): \(count.expected.counted("row")) then, \(count.counted.grouped) now in the cloud")
        }
        if open > 0 { tell("open", "\(CaptureReport.rows(open)) too recent to be taken") }
        for count in grown {
            tell(
                "grown",
                "\(count.window): \(count.expected.counted("row")) then, \(count.counted.grouped) now in the cloud")
        }
        for (word, stretches) in [
            ("before", [before].compactMap(\.self)), ("gap", gaps), ("behind", [behind].compactMap(\.self)),
        ] {
            for stretch in stretches {
                tell(word, "\(stretch.range): \(CaptureReport.rows(stretch.rows)) in the cloud only")
            }
        }
        if unexplained != 0 { tell("unexplained", unexplainedWords) }
        if missing > 0 {
            tell(
                "missing",
                "\(CaptureReport.rows(missing)): `octovault backfill \(task) --from T --to T` takes them"
                    + (grown.isEmpty ? "" : ", with --force where windows grew"))
        }
        if let volumes {
            tell(
                "analytics",
                volumes.sentence
                    + (volumes.isShort ? "; rows removed in the cloud before they were taken may be why" : ""))
        }
        if addsUp { tell("adds up", addsUpWords) }
        return lines
    }

    /// Counts are all that was asked for: they cannot tell a row that went from another that came in the same window.
    private var addsUpWords: String {
        "by their counts, all rows of the cloud are in the vault\(open > 0 ? ", or too recent" : ""); "
            + "--remote --deep compares the rows"
    }

    private var unexplainedWords: String {
        unexplained > 0
            ? "\(CaptureReport.rows(unexplained)) of the cloud's total that no storage time holds"
            : "\(CaptureReport.rows(-unexplained)) more by storage time than the cloud's total says"
    }
}
