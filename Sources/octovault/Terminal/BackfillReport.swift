import Foundation
import Operations
import Snapshots
import StorageTime
import Synchronization

/// Shows a backfill: a line redrawn on a terminal, a line every ten seconds in a log, and the sum at the end.
final class BackfillReport: Sendable {
    private struct State: Sendable {
        var planned = 0
        var done = 0
        var rows = 0
        var bytes = 0
        var lastLine: ContinuousClock.Instant?
    }

    private let output: OutputOptions
    private let start = ContinuousClock.now
    private let state = Mutex(State())

    init(output: OutputOptions) {
        self.output = output
    }

    func note(_ event: SnapshotEvent) {
        switch event {
        case .planned(_, let windows):
            state.withLock { $0.planned += windows }
        case .published(_, _, let rows, let bytes, _):
            state.withLock { state in
                state.done += 1
                state.rows += rows
                state.bytes += bytes
            }
        case .open:
            state.withLock { $0.done += 1 }
        case .failed(let task, let window, let error):
            let problem = Problem(error)
            output.terminal.say(
                "octovault: task \(task)\(window.map { ", \($0)" } ?? ""): \(problem.message)".printable)
            if let hint = problem.hint { output.terminal.say("  \(hint)".printable) }
        case .rewritten(let task, let window):
            output.say(
                "task \(task), \(window): none of the rows came again, and as many others did: perhaps the cloud writes them in another form now; all are kept"
                    .printable)
        case .counted: break
        case .waiting(let task):
            output.say("task \(task): another process holds it; waiting (--no-wait ends instead)".printable)
        }
        show()
    }

    /// Prints the sum: one JSON document, or a few words.
    func finish(_ summary: BackfillSummary) throws {
        output.terminal.endProgress()
        if output.json { return try output.terminal.printLine(summary.json) }
        output.say(summary.sentence)
    }

    private func show() {
        guard !output.quiet else { return }
        let terminal = output.terminal
        let line: String? = state.withLock { state in
            let now = ContinuousClock.now
            let pause: Duration = terminal.showsProgress ? .milliseconds(100) : .seconds(10)
            guard now - (state.lastLine ?? start) >= pause else { return nil }
            state.lastLine = now
            return Self.progress(done: state.done, of: state.planned, rows: state.rows, after: now - start)
        }
        guard let line else { return }
        if terminal.showsProgress { terminal.show(progress: line) } else { terminal.say(line) }
    }

    /// - Parameter planned: windows known to be taken; more may turn up, such as the step left of the first one.
    static func progress(done: Int, of planned: Int, rows: Int, after elapsed: Duration) -> String {
        let planned = max(planned, done)
        let seconds = max(elapsed / .seconds(1), 0.001)
        let filled = planned > 0 ? done * 20 / planned : 0
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: 20 - filled)
        let left = done > 0 ? seconds / Double(done) * Double(planned - done) : 0
        return "[\(bar)] \(done)/\(planned) windows, \(rows.grouped) rows, "
            + "\(Int(held: Double(rows) / seconds).grouped) rows/s, \(Seconds(max(0, Int(held: left.rounded(.up)))).clock) left"
    }
}

extension BackfillSummary {

    var sentence: String {
        var parts = ["\(sealed.grouped) sealed"]
        for (count, word) in [
            (empty, "empty"), (unproven, "unproven"), (open, "open"), (skipped, "covered before"),
        ] where count > 0 {
            parts.append("\(count.grouped) \(word)")
        }
        if !failed.isEmpty { parts.append("\(failed.count.grouped) failed") }
        let kept = kept > 0 ? ", \(kept.grouped) of them no longer in the cloud" : ""
        return "\(windows.grouped) windows: \(parts.joined(separator: ", ")); \(rows.grouped) rows\(kept), "
            + "\(bytes.grouped) bytes, \(requests.grouped) requests, \(seconds.formatted(.number.precision(.fractionLength(1)))) s"
    }
}
