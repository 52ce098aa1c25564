/// A group of tasks, as the account's owner made it.
package struct TaskGroup: Sendable, Hashable {
    /// The server sends a number; later hosts may send text.
    package let id: String
    package let name: String

    package init(id: String, name: String) {
        self.id = id
        self.name = name
    }
}

/// A task, as the server lists it.
package struct RemoteTask: Sendable, Hashable {
    package let id: String
    package let name: String

    package init(id: String, name: String) {
        self.id = id
        self.name = name
    }
}
