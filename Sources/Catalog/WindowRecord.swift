public import StorageTime

/// One covered window of a task, and the snapshot that covers it.
public struct WindowRecord: Sendable, Hashable {
    public var facts: WindowFacts
    /// The manifest's path relative to the vault.
    public var path: String
    /// The window's place among the snapshot's parts; nil where the snapshot is not compacted.
    public var part: Int?
    /// The account's zone when it was taken.
    public var timeZone: String?

    package init(facts: WindowFacts, path: String, part: Int? = nil, timeZone: String? = nil) {
        self.facts = facts
        self.path = path
        self.part = part
        self.timeZone = timeZone
    }

    public var window: Window { facts.window }
    public var state: SnapshotState { facts.state }
}
