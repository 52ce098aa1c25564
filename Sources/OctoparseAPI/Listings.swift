/// A group of tasks, as the account's owner made it.
package struct TaskGroup: Sendable, Hashable {
    /// The server sends a number; later hosts may send text.
    package let id: String
    /// Without secrets, as ids are: see ``SecretRegistry/mask(_:)``.
    package let name: String

    package init(id: String, name: String) {
        self.id = id
        self.name = name
    }
}

/// A task, as the server lists it.
package struct RemoteTask: Sendable, Hashable {
    package let id: String
    /// Without secrets.
    package let name: String
    /// As the server sent it: to be compared with the patterns of job files, and shown nowhere.
    package let sentName: String

    /// - Parameter sentName: nil is `name`.
    package init(id: String, name: String, sentName: String? = nil) {
        self.id = id
        self.name = name
        self.sentName = sentName ?? name
    }
}
