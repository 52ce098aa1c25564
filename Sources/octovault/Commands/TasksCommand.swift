import ArgumentParser
import OctoparseAPI
import Operations

struct TasksCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tasks",
        abstract: "List the account's task groups and tasks, from the API.",
        discussion: """
            A screen gets a table, a pipe one line a task.

            EXIT STATUS: 0 listed · 69 API unavailable · 77 credentials refused · 78 bad account
            """)

    @Option(help: ArgumentHelp("Only this group's tasks.", valueName: "id"))
    var group: String?

    @OptionGroup var account: AccountOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let account = try account.choice.account()
        let listing = try await SignalHandling.guarding { [group, logger = output.logger()] in
            try await account.withClient(logger: logger) { client in
                try await TaskListing(client, group: group)
            }
        }
        let entries = listing.result.entries
        if !output.json, output.terminal.width != nil {
            try output.terminal.printTable(Self.table(entries))
        } else {
            for entry in entries { try show(entry) }
        }
        if let status = listing.stoppedBy { try finish(with: status) }
    }

    private static func table(_ entries: [TaskListing.Entry]) -> TextTable {
        var table = TextTable(columns: [.left("TASK"), .flexible("NAME"), .left("GROUP").optional])
        for entry in entries {
            table.rows.append([entry.task.id, entry.task.name, "\(entry.group.name) (\(entry.group.id))"])
        }
        return table
    }

    private func show(_ entry: TaskListing.Entry) throws {
        guard output.json else {
            let line = "\(entry.task.id)  \(entry.task.name)  (group \(entry.group.id), \(entry.group.name))"
            return try output.terminal.printLine(line.printable)
        }
        let group: OrderedJSON = Int(entry.group.id).map { .integer($0) } ?? .text(entry.group.id)
        try output.terminal.printLine(
            .object([
                "group": group, "group_name": .text(entry.group.name), "task": .text(entry.task.id),
                "name": .text(entry.task.name),
            ]))
    }
}
