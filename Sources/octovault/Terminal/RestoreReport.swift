import Operations
import Records
import Restore
import RowJSON
import Spelling
import Synchronization

/// Tells how restores of one or several tasks go and went.
final class RestoreReport: Sendable {
    private let output: OutputOptions
    private let target: RestoreTarget
    /// Whether there are several tasks, so that messages name theirs.
    private let isAmongOthers: Bool
    /// Tasks that the vault does not hold, and what to say of each.
    private let unknown: [String: Problem]
    private let statuses = Mutex<[ExitStatus]>([])

    init(output: OutputOptions, target: RestoreTarget, isAmongOthers: Bool, unknown: [String: Problem]) {
        self.output = output
        self.target = target
        self.isAmongOthers = isAmongOthers
        self.unknown = unknown
    }

    var observer: RestoreObserver {
        RestoreObserver(progress: { self.show($0) }, failed: { try self.note($0, task: $1) })
    }

    private func show(_ progress: Restorer.Progress) {
        guard !output.quiet, target.name != nil else { return }
        let isComparing = progress.bytes == 0 ? " compared" : ""
        output.terminal.show(progress: "\(progress.rows.grouped) of \(progress.ofRows.grouped) rows\(isComparing)")
    }

    /// Tells of a task that was not restored, where the others go on.
    private func note(_ error: any Error, task: String) throws {
        let problem = unknown[task] ?? Problem(error)
        statuses.withLock { $0.append(problem.statusOfNamedTask) }
        output.terminal.endProgress()
        output.terminal.say("octovault: task \(task) was not restored: \(problem.message)")
        if let hint = problem.hint { output.terminal.say("  \(hint)") }
        guard output.json else { return }
        try output.terminal.printLine(
            .object([
                "task": .text(task), "failed": .integer(1),
                "failures": .array([
                    .object(["task": .text(task), "code": .text(problem.code), "message": .text(problem.message)])
                ]),
            ]))
    }

    /// Tells what was written, a line a task.
    func finish(_ receipts: [RestoreReceipt]) throws {
        output.terminal.endProgress()
        for receipt in receipts {
            if output.json {
                // Standard output has the rows, where they go there.
                let line = receipt.encoded()
                if target.name == nil {
                    output.terminal.say(json: String(decoding: line, as: UTF8.self))
                } else {
                    try output.terminal.printLine(.raw(line))
                }
            } else {
                output.say(sentence(receipt))
                if receipt.isOfNothing {
                    output.say("  these windows hold no row; `octovault list \(receipt.task.shellWord)` shows which do")
                }
            }
        }
        try octovault.finish(with: statuses.withLock { $0 }.verdict)
    }

    private func sentence(_ receipt: RestoreReceipt) -> String {
        let unit = receipt.source == .storageTime ? "window" : "capture"
        var parts = ["\(receipt.rowsOut.counted("row")) of \(receipt.windows.counted(unit))\(place(receipt))"]
        for (count, what) in [
            (receipt.rowsAbsent, "no longer in the cloud"), (receipt.rowsFiltered, "left out by --where"),
            (receipt.rowsDeduped, "repeated others"),
            (receipt.rowsSampledOut, "not drawn"), (receipt.rowsLimited, "beyond --limit"),
            (receipt.replacedCharacters, "characters that are no text written as U+FFFD"),
        ] where count > 0 {
            parts.append("\(count.grouped) \(what)")
        }
        if !receipt.renames.isEmpty { parts.append("renamed \(receipt.renames.joined(separator: ", "))") }
        if receipt.untoldWindows > 0 {
            parts.append("all rows of \(receipt.untoldWindows.grouped) windows that do not tell which of them are gone")
        }
        if !receipt.gaps.isEmpty { parts.append("\(receipt.gaps.count.counted("gap")) left out") }
        return (isAmongOthers ? "task \(receipt.task): " : "") + parts.joined(separator: ", ")
    }

    private func place(_ receipt: RestoreReceipt) -> String {
        guard let name = target.name else { return "" }
        guard target.isFolder else { return " to \(name)" }
        let files = receipt.files.compactMap(\.path)
        return files.count == 1 ? " to \(files[0])" : " to \(files.count.grouped) files in \(name)"
    }
}

extension RestoreReceipt {
    /// Whether there was no row to begin with, and nothing on the command line left any out.
    fileprivate var isOfNothing: Bool {
        rowsOut == 0 && windows > 0 && gaps.isEmpty
            && [rowsAbsent, rowsFiltered, rowsDeduped, rowsSampledOut, rowsLimited].allSatisfy { $0 == 0 }
    }
}
