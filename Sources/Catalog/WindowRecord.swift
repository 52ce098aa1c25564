package import Records
package import StorageTime

/// One covered window of a task, and the snapshot that covers it.
package struct WindowRecord: Sendable, Hashable {
    package var facts: WindowFacts
    /// The manifest's path relative to the vault.
    package var path: String
    /// The window's place among the snapshot's parts; nil where the snapshot is not compacted.
    package var part: Int?
    /// The account's zone when it was taken.
    package var timeZone: String?

    package init(facts: WindowFacts, path: String, part: Int? = nil, timeZone: String? = nil) {
        self.facts = facts
        self.path = path
        self.part = part
        self.timeZone = timeZone
    }

    package var window: Window { facts.window }
    package var state: SnapshotState { facts.state }
}
