import Archive
import Foundation
import Operations
import Records
import Snapshots
import Spelling
import StorageTime
import Synchronization

/// Shows captures: a line redrawn on a terminal, what went wrong as it does, and a line a task at the end.
final class CaptureReport: Sendable {
    private let output: OutputOptions
    private let drained = Mutex(0)

    init(output: OutputOptions) {
        self.output = output
    }

    func note(_ event: CaptureEvent) {
        switch event {
        case .waiting(let task):
            output.say("task \(task): another process holds it; waiting (--no-wait ends instead)".printable)
        case .read(let task, let rows, let total, let pass):
            show("\(task): \(rows.grouped) of \(total.grouped) rows, pass \(pass)")
        case .batch(let task, let rows, let left):
            let sum = drained.withLock { sum in
                sum += rows
                return sum
            }
            show("\(task): \(sum.counted("row")) stored, \(left.grouped) left")
        case .again(_, let error):
            output.say("\(Problem(error).message); reading it again".printable)
        case .inDoubt(let task, let rows, let error):
            warn("task \(task): \(Problem(error).message)", "the server may have marked \(Self.rows(rows)) as exported")
        case .kept(let task, let path, let error):
            warn(
                "task \(task): \(Problem(error).message)",
                "what the server sent is kept in \(path), byte for byte, and in no capture")
        case .lost(let task, let rows):
            warn(
                "task \(task): at least \(Self.rows(rows)) left the server's list of unexported rows without arriving",
                "they were lost with an answer, or another program exported them")
        case .markedUnread(let task, let rows):
            warn(
                "task \(task): at least \(Self.rows(rows)) left the list of unexported rows without having been fetched",
                "the mark covers more than was fetched, or another program exported them; `octovault snapshot "
                    + "\(task.text.shellWord) --source increments` takes all that the task holds, them among it")
        case .cannotTell(let task, let rows):
            warn(
                "task \(task): \(Self.rows(rows)) like those stored last are unexported, and nothing tells whether they "
                    + "are the same",
                "they count as the same, and are not stored twice; `octovault snapshot \(task.text.shellWord) --source "
                    + "increments` takes all that the task holds")
        }
    }

    /// Prints what became of each task.
    func finish(_ outcomes: [CaptureOutcome]) throws {
        output.terminal.endProgress()
        for outcome in outcomes {
            if let error = outcome.error {
                let problem = Problem(error)
                warn("task \(outcome.task): \(problem.message)", problem.hint)
            }
            if output.json {
                try output.terminal.printLine(outcome.json)
            } else {
                output.say(outcome.sentence.printable)
            }
        }
    }

    private func show(_ line: String) {
        if !output.quiet { output.terminal.show(progress: line.printable) }
    }

    private func warn(_ message: String, _ hint: String?) {
        output.terminal.say("octovault: \(message)".printable)
        if let hint { output.terminal.say("  \(hint)".printable) }
    }

    static func rows(_ count: Int) -> String { count.counted("row") }
}

extension CaptureOutcome {
    private var batches: String { captures == 1 ? "1 batch" : "\(captures.grouped) batches" }

    var sentence: String {
        let sum = CaptureReport.rows(rows)
        var parts: [String]
        switch result {
        case .captured: parts = ["\(sum) captured, proven by \(proof?.rawValue ?? "")"]
        case .unchanged: parts = ["unchanged, \(sum) since \(capturedAt?.formatted(.iso8601) ?? "")"]
        case .drained: parts = ["\(sum) in \(batches)" + ((left ?? 0) > 0 ? "" : ", nothing left")]
        case .stopped: parts = ["stopped after \(sum)"]
        case .failed: parts = [captures > 0 ? "given up after \(sum) in \(batches)" : "not captured"]
        }
        if source == .increments, result == .captured {
            parts = ["\(sum) new"]
            if kept > 0 { parts.append("\(kept.grouped) kept that the cloud no longer has") }
        }
        if lost > 0 { parts.append("at least \(lost.grouped) lost") }
        if perhapsLost > 0 { parts.append("up to \(perhapsLost.grouped) more may be lost") }
        if !keptFiles.isEmpty { parts.append("\(keptFiles.count) answers kept in lost+found") }
        if let left, left > 0 { parts.append("\(left.grouped) left on the server") }
        return "\(task), \(source.rawValue): \(parts.joined(separator: "; ")); \(requests.counted("request"))"
    }
}
