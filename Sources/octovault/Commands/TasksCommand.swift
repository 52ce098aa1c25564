import ArgumentParser
import OctoparseAPI
import Operations

struct TasksCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tasks",
        abstract: "List the account's task groups and tasks, from the API.",
        discussion: "EXIT STATUS: 0 listed · 69 API unavailable · 77 credentials refused · 78 bad account")

    @Option(help: ArgumentHelp("Only this group's tasks.", valueName: "id"))
    var group: String?

    @OptionGroup var account: AccountOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let configuration = try account.resolve().apiConfiguration()
        let listing = try await Interruption.guarding { [group, logger = output.logger()] in
            try await OctoparseClient.with(configuration: configuration, logger: logger) { client in
                try await Self.list(client, group: group)
            }
        }
        for entry in listing.result {
            try show(entry)
        }
        if let status = listing.stoppedBy { try finish(with: status) }
    }

    private struct Entry: Sendable {
        let group: TaskGroup
        let task: RemoteTask
    }

    private static func list(_ client: OctoparseClient, group: String?) async throws -> [Entry] {
        let groups = try await client.taskGroups()
        if let group, !groups.contains(where: { $0.id == group }) {
            let known = groups.prefix(100).map(\.id).joined(separator: ", ")
            throw Problem.usage(
                "--group: the account has no task group '\(group)'",
                hint: known.isEmpty ? "the account has no task group at all" : "the groups are \(known)")
        }
        var entries: [Entry] = []
        let wanted = groups.filter { group == nil || $0.id == group }
        var budget = ListingBudget(host: client.host)
        try budget.check(wanted)
        for candidate in wanted {
            let tasks = try await client.tasks(inGroup: candidate.id)
            try budget.add(tasks)
            entries += tasks.map { Entry(group: candidate, task: $0) }
        }
        return entries
    }

    private func show(_ entry: Entry) throws {
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
