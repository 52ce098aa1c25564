import Archive
import ArgumentParser
import Foundation
import Jobs
import StorageTime
import Vault

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "What is covered, what is missing, and since when time is open.",
        discussion: """
            Works on the vault alone. OCTOPARSE_TIME_ZONE says what storage time it is; without it, time counts as past \
            only once it is past in every zone.

            EXIT STATUS: 0 told · 65 a task's coverage has gaps · 78 vault of a newer format
            """)

    @Argument(help: "Tasks to show. Without one, every task.")
    var tasks: [String] = []

    @OptionGroup var vault: VaultOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let tasks = try TaskID.arguments(tasks)
        let zone = ProcessInfo.processInfo.environment["OCTOPARSE_TIME_ZONE"]
        let vault = try vault.open(output)
        let statuses = try vault.status(
            tasks: tasks.isEmpty ? nil : tasks, clock: try StorageClock(zoneNamed: zone), settle: JobDefaults.settle,
            now: Date())
        for task in tasks where !statuses.contains(where: { $0.task == task.text }) {
            throw Problem(
                .dataDamaged, code: "unknown-task", "the vault holds nothing of task '\(task)'",
                hint: "octovault status, without a task, shows what it holds")
        }
        for status in statuses {
            if output.json {
                try output.terminal.printLine(status.json)
            } else {
                for line in status.lines { try output.terminal.printLine(line.printable) }
            }
        }
        if statuses.isEmpty { output.say("the vault is empty") }
        try finish(with: statuses.allSatisfy { $0.gaps.isEmpty } ? .done : .dataDamaged)
    }
}

extension TaskStatus {
    var json: OrderedJSON {
        .object([
            "task": .text(task), "source": .text(source.rawValue), "rows": .integer(rows), "bytes": .integer(bytes),
            "snapshots": .integer(snapshots), "kept": .integer(kept), "from": .text(from?.description),
            "to": .text(to?.description), "gaps": .windows(gaps), "empty": .windows(empty),
            "unproven": .windows(unproven), "open_from": .text(openFrom?.description),
        ])
    }

    var lines: [String] {
        var lines = [name.isEmpty || name == task ? task : "\(task)  \(name)"]
        if let from, let to { lines.append("  covered   \(from) to \(to)") }
        lines.append(
            "  rows      \(rows.grouped) in \(snapshots.grouped) snapshots of \(source.rawValue), \(bytes.grouped) bytes"
        )
        if kept > 0 { lines.append("  kept      \(kept.grouped) rows that the cloud no longer had") }
        for (word, windows) in [("missing", gaps), ("unproven", unproven), ("empty", empty)] where !windows.isEmpty {
            let shown = windows.prefix(3).map(\.description).joined(separator: "; ")
            let more = windows.count > 3 ? "; and \(windows.count - 3) more" : ""
            lines.append("  \(word.padding(toLength: 9, withPad: " ", startingAt: 0)) \(shown)\(more)")
        }
        if let openFrom { lines.append("  open      from \(openFrom)") }
        return lines
    }
}

extension OrderedJSON {
    static func windows(_ windows: [Window]) -> OrderedJSON {
        .array(windows.map { .object(["from": .text($0.from.description), "to": .text($0.to.description)]) })
    }
}
