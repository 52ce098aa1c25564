/// A group of tasks, as the account's owner made it.
public struct TaskGroup: Sendable, Hashable {
    /// The server sends a number; later hosts may send text.
    public let id: String
    public let name: String

    public init(id: String, name: String) {
        self.id = id
        self.name = name
    }
}

/// A task, as the server lists it.
public struct RemoteTask: Sendable, Hashable {
    public let id: String
    public let name: String

    public init(id: String, name: String) {
        self.id = id
        self.name = name
    }
}
