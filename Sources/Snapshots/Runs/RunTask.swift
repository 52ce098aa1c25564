package import Archive
package import Jobs

/// A task as a run takes it.
package struct RunTask: Sendable, Hashable {
    package var id: TaskID
    /// As the API lists it; empty where it was not listed.
    package var name: String
    /// The job's rules, with what overrides them for this task.
    package var rules: TakingRules

    package init(id: TaskID, name: String = "", rules: TakingRules) {
        self.id = id
        self.name = name
        self.rules = rules
    }
}
