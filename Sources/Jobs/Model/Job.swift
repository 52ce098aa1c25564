public import Cron
public import StorageTime

/// A job file's meaning: what to back up, when, in which windows. Always valid, with every default filled in.
@dynamicMemberLookup
public struct Job: Sendable, Hashable {
    /// What proves a window whole.
    public enum Proof: String, Sendable, Hashable, CaseIterable, Codable {
        /// One answer that holds all of it; a window too large for one is cut.
        case oneAnswer = "one-answer"
        /// Pages whose rows add up to the total.
        case totals
    }

    /// What becomes of a firing while the job's last run is still going.
    public enum Overlap: String, Sendable, Hashable, CaseIterable, Codable {
        case skip
        case queue
    }

    /// The file's name without its ending.
    public let name: String
    /// The file's path, as given.
    public let file: String
    /// The account's name.
    public let account: String
    public let tasks: TaskSelection
    public let source: RowSource
    public let schedule: CronExpression
    /// The zone that the schedule is read in; one named in the schedule itself (`CRON_TZ=`) is the same.
    public let timeZone: NamedZone
    /// How tasks without an override are taken. Its members read as the job's own: `job.window`.
    public let rules: TakingRules
    public let overrides: [Override]
    /// Requests in flight.
    public let concurrency: Int
    /// Of one run, at least a second.
    public let timeout: Seconds
    public let overlap: Overlap
    public let notify: Notifications
    public let hooks: Hooks

    public subscript<Value>(dynamicMember member: KeyPath<TakingRules, Value>) -> Value { rules[keyPath: member] }

    /// Whether the account's groups and tasks must be listed to know the job's tasks, or which overrides are theirs.
    public var needsListing: Bool { tasks.needsListing || heedsNames }

    /// Whether tasks are told by their names, which any group may list.
    public var heedsNames: Bool { !tasks.names.isEmpty || overrides.contains { !$0.tasks.names.isEmpty } }

    /// How one task is taken, its overrides applied.
    ///
    /// - Parameter name: the task's name where it is known; without it, overrides by name do not apply.
    public func rules(forTask id: String, name: String? = nil) -> TakingRules {
        overrides.reduce(rules) { rules, override in
            override.tasks.contains(id: id, name: name) ? override.applied(to: rules) : rules
        }
    }
}
