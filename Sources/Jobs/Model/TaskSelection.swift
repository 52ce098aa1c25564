/// A task as the API lists it, in one of its groups.
package struct ListedTask: Sendable, Hashable {
    package var id: String
    package var name: String
    /// The id of the group that it was listed in.
    package var group: String

    package init(id: String, name: String, group: String) {
        self.id = id
        self.name = name
        self.group = group
    }
}

/// Which tasks a job takes: any that is named by id, by name or by group.
package struct TaskSelection: Sendable, Hashable {
    /// The task groups that a job takes whole.
    package enum Groups: Sendable, Hashable {
        case none
        case some([String])
        /// Every group of the account.
        case all
    }

    /// In the file's order, GUIDs in lower case, none twice.
    package let ids: [String]
    package let names: [NamePattern]
    package let groups: Groups

    package init(ids: [String] = [], names: [NamePattern] = [], groups: Groups = .none) {
        self.ids = ids
        self.names = names
        self.groups = groups
    }

    /// Whether the account's groups and tasks must be listed to know the tasks.
    package var needsListing: Bool { !names.isEmpty || groups != .none }

    package func contains(_ task: ListedTask) -> Bool {
        contains(id: task.id, name: task.name) || takes(group: task.group)
    }

    /// Whether the task is named by its id or its name.
    package func contains(id: String, name: String?) -> Bool {
        let folded = Self.folded(id)
        return ids.contains { Self.folded($0) == folded }
            || name.map { name in names.contains { $0.matches(name) } } ?? false
    }

    /// The tasks' ids, each once: those given by id first, then what the listing adds, in its order.
    package func taskIDs(in listing: [ListedTask]) -> [String] {
        var seen = Set(ids.map(Self.folded))
        return ids + listing.filter { contains($0) && seen.insert(Self.folded($0.id)).inserted }.map(\.id)
    }

    private func takes(group: String) -> Bool {
        switch groups {
        case .none: false
        case .some(let ids): ids.contains(group)
        case .all: true
        }
    }

    /// One spelling for ids that are the same task: a vault refuses two ids that differ in case alone.
    static func folded(_ id: String) -> String { id.lowercased() }
}
