public import Archive
public import Jobs

/// A task as a run takes it.
public struct RunTask: Sendable, Hashable {
    public var id: TaskID
    /// As the API lists it; empty where it was not listed.
    public var name: String
    /// The job's rules, with what overrides them for this task.
    public var rules: TakingRules

    public init(id: TaskID, name: String = "", rules: TakingRules) {
        self.id = id
        self.name = name
        self.rules = rules
    }
}
