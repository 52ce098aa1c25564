import Foundation
import Operations
import Snapshots
import StorageTime
import Synchronization

/// Shows a backfill: a line redrawn on a terminal, a line every ten seconds in a log, and the sum at the end.
final class BackfillReport: Sendable {
    private struct State: Sendable {
        var isToldOfClock = false
        var isOpenEnded = false
        var planned = 0
        /// Tasks whose windows are planned, or that failed before.
        var begun: Set<String> = []
        var done = 0
        var rows = 0
        var bytes = 0
        var lastLine: ContinuousClock.Instant?
        var requests: (@Sendable () -> Int)?
    }

    private let output: OutputOptions
    /// How many tasks are taken, where their windows are planned one task after the other; else 0.
    private let tasks: Int
    private let start = ContinuousClock.now
    private let state = Mutex(State())

    init(output: OutputOptions, tasks: Int = 0) {
        self.output = output
        self.tasks = tasks
    }

    func note(_ event: SnapshotEvent) {
        switch event {
        case .planned(let task, let windows):
            state.withLock { state in
                state.planned.add(held: windows)
                state.begun.insert(task)
            }
        case .published(_, _, let rows, let bytes, _):
            state.withLock { state in
                state.done += 1
                state.rows += rows
                state.bytes += bytes
            }
        case .open:
            state.withLock { $0.done += 1 }
        case .unreached(let task, let window, let zone):
            let isFirst = state.withLock { state in
                state.done += 1
                defer { state.isToldOfClock = true }
                return !state.isToldOfClock
            }
            if isFirst {
                output.say(
                    "task \(task): no row is as new as \(window.from), which is past in \(zone), and by the server's clock "
                        + "perhaps not: left open (`octovault probe \(task)` measures the zone)")
            }
        case .failed(let task, let window, let error):
            state.withLock { _ = $0.begun.insert(task) }
            let problem = Problem(error)
            output.terminal.say(
                "octovault: task \(task)\(window.map { ", \($0)" } ?? ""): \(problem.message)".printable)
            if let hint = problem.hint { output.terminal.say("  \(hint)".printable) }
        case .rewritten(let task, let window):
            output.say(
                "task \(task), \(window): none of the rows came again, and as many others did: perhaps the cloud writes them in another form now; all are kept"
                    .printable)
        case .counted, .edgeTaken: break
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

    /// Shows how a run goes; what fails in it is for the log to say.
    func observe(_ event: SnapshotEvent) {
        if case .failed = event { return }
        if case .waiting = event { return }
        // Windows are planned by turns.
        state.withLock { $0.isOpenEnded = true }
        note(event)
    }

    /// Shows from the first second on that something goes on, whether or not a window is done.
    ///
    /// - Parameter requests: how many were sent by now.
    func whileShowing<Result: Sendable>(
        requests: @escaping @Sendable () -> Int, _ work: () async throws -> Result
    ) async rethrows -> Result {
        state.withLock { $0.requests = requests }
        let ticker = Task { [self] in
            while !Task.isCancelled {
                show()
                try? await Task.sleep(for: .milliseconds(500))
            }
        }
        defer { ticker.cancel() }
        return try await work()
    }

    private func show() {
        guard !output.quiet else { return }
        let terminal = output.terminal
        let line: String? = state.withLock { state in
            let now = ContinuousClock.now
            let pause: Duration = terminal.showsProgress ? .milliseconds(100) : .seconds(10)
            guard now - (state.lastLine ?? start) >= pause else { return nil }
            state.lastLine = now
            let progress = TakingProgress(
                done: state.done, planned: state.planned, rows: state.rows, requests: state.requests?() ?? 0,
                elapsed: now - start, begunTasks: state.begun.count,
                waitingTasks: max(0, tasks - state.begun.count), isOpenEnded: state.isOpenEnded)
            return progress.line(width: terminal.showsProgress ? (terminal.errorWidth ?? 80) - 1 : nil)
        }
        guard let line else { return }
        if terminal.showsProgress { terminal.show(progress: line) } else { terminal.say(line) }
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
        return "\(windows.counted("window")): \(parts.joined(separator: ", ")); \(rows.counted("row"))\(kept), "
            + "\(bytes.byteSize), \(requests.counted("request")), \(seconds.formatted(.number.precision(.fractionLength(1)))) s"
    }
}
