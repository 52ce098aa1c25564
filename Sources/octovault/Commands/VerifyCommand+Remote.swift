import Archive
import OctoparseAPI
import Operations
import Snapshots
import StorageTime
import Vault

extension VerifyCommand {
    /// Counts windows again at the API, and says which are not as they were.
    func runRemote(_ tasks: [TaskID]?, _ range: Window?) async throws {
        let account = try account.resolve()
        try ProcessRoom.network.require()
        let vault = try vault.open(output)
        defer { vault.close() }
        let tasks = try tasks ?? vault.storedTasks()
        let (terminal, isQuiet, isDeep) = (output.terminal, output.quiet, deep)
        let outcome = try await Interruption.guarding { [output] in
            try await OctoparseClient.with(configuration: account.apiConfiguration(), logger: output.logger()) {
                client in
                await RemoteCheck(
                    connection: SnapshotConnection(vault: vault, client: client, account: account), isDeep: isDeep,
                    progress: { if !isQuiet { terminal.show(progress: "\($0.windows.grouped) windows") } }
                ).run(tasks, in: range)
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
            lines.append("equal  \(stretch.task)  \(stretch.range)  \(stretch.windows.grouped) windows")
        }
        for (word, counts) in [("grown", report.grown), ("shrunk", report.shrunk)] {
            for count in counts {
                lines.append(
                    "\(word)  \(count.task)  \(count.window)  \(count.expected.grouped) rows then, \(count.counted.grouped) now"
                )
            }
        }
        for stretch in report.reordered { lines.append("reordered  \(stretch.task)  \(stretch.range)") }
        for change in report.changed {
            lines.append(
                "changed  \(change.task)  \(change.window)  \(change.new.grouped) rows new, \(change.gone.grouped) gone"
            )
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
        for line in lines { try output.terminal.printLine(line.printable) }
    }
}

extension RemoteReport {
    var verdict: ExitStatus {
        let isSame = grown.isEmpty && shrunk.isEmpty && changed.isEmpty
        return ([isSame ? .done : .dataDamaged] + failed.map { Problem($0.error).statusAmongOthers }).verdict
    }

    fileprivate var sentence: String {
        var parts = ["\(equalWindows.grouped) equal"]
        for (count, word) in [
            (grown.count, "grown"), (shrunk.count, "shrunk"), (reordered.count, "reordered"),
            (changed.count, "changed"), (failed.count, "failed"),
        ] where count > 0 {
            parts.append("\(count.grouped) \(word)")
        }
        return "\(windows.grouped) windows: \(parts.joined(separator: ", ")); \(requests.grouped) requests"
    }

    fileprivate var json: OrderedJSON {
        .object([
            "windows": .integer(windows), "equal": .array(equal.map(\.json)), "grown": .array(grown.map(\.json)),
            "shrunk": .array(shrunk.map(\.json)), "reordered": .array(reordered.map(\.json)),
            "changed": .array(
                changed.map { change in
                    .object([
                        "task": .text(change.task), "from": .text(change.window.from.description),
                        "to": .text(change.window.to.description), "new": .integer(change.new),
                        "gone": .integer(change.gone),
                    ])
                }), "failed": .array(failed.map(\.json)), "requests": .integer(requests),
        ])
    }
}

extension RemoteReport.Count {
    var json: OrderedJSON {
        .object([
            "task": .text(task), "from": .text(window.from.description), "to": .text(window.to.description),
            "expected": .integer(expected), "counted": .integer(counted),
        ])
    }
}

extension RemoteReport.Stretch {
    fileprivate var json: OrderedJSON {
        .object([
            "task": .text(task), "from": .text(range.from.description), "to": .text(range.to.description),
            "windows": .integer(windows),
        ])
    }
}
