package import OctoparseAPI

/// An account's tasks, group by group.
package struct TaskListing: Sendable {
    package struct Entry: Sendable {
        package let group: TaskGroup
        package let task: RemoteTask
    }

    package let entries: [Entry]

    /// - Parameter group: only this group's tasks, by its id or its name.
    /// - Throws: `APIError`; ``Problem`` for a group that the account does not have.
    package init(_ client: OctoparseClient, group: String?) async throws {
        let groups = try await client.taskGroups()
        let wanted = try Self.wanted(group, among: groups)
        if let group, wanted.isEmpty {
            let known = groups.prefix(100).map(\.id).joined(separator: ", ")
            throw Problem.usage(
                "--group: the account has no task group '\(group)'",
                hint: known.isEmpty ? "the account has no task group at all" : "the groups are \(known)")
        }
        var entries: [Entry] = []
        var budget = ListingBudget(host: client.host)
        try budget.check(wanted)
        for candidate in wanted {
            let tasks = try await client.tasks(inGroup: candidate.id)
            try budget.add(tasks)
            entries += tasks.map { Entry(group: candidate, task: $0) }
        }
        self.entries = entries
    }

    private static func wanted(_ group: String?, among groups: [TaskGroup]) throws -> [TaskGroup] {
        guard let group else { return groups }
        if let one = groups.first(where: { $0.id == group }) { return [one] }
        let named = groups.filter { $0.name == group }
        guard named.count <= 1 else {
            throw Problem.usage(
                "--group: the account has \(named.count) task groups named '\(group)'",
                hint: "name one by its id: \(named.map(\.id).joined(separator: ", "))")
        }
        return named
    }
}
