package import OctoparseAPI

/// An account's tasks, group by group.
package struct TaskListing: Sendable {
    package struct Entry: Sendable {
        package let group: TaskGroup
        package let task: RemoteTask
    }

    package let entries: [Entry]

    /// - Parameter group: only this group's tasks.
    /// - Throws: `APIError`; ``Problem`` for a group that the account does not have.
    package init(_ client: OctoparseClient, group: String?) async throws {
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
        self.entries = entries
    }
}
