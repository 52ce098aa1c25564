package import Cron
package import Records
package import StorageTime

/// A job file's meaning: what to back up, when, in which windows. Always valid, with every default filled in.
@dynamicMemberLookup
package struct Job: Sendable, Hashable {
    /// What becomes of a firing while the job's last run is still going.
    package enum Overlap: String, Sendable, Hashable, CaseIterable, Codable {
        case skip
        case queue
    }

    /// The file's name without its ending.
    package let name: String
    /// The file's path, as given.
    package let file: String
    /// The account's name.
    package let account: String
    package let tasks: TaskSelection
    package let source: RowSource
    package let schedule: CronExpression
    /// The zone that the schedule is read in; one named in the schedule itself (`CRON_TZ=`) is the same.
    package let timeZone: NamedZone
    /// How tasks without an override are taken. Its members read as the job's own: `job.window`.
    package let rules: TakingRules
    package let overrides: [Override]
    /// Requests in flight.
    package let concurrency: Int
    /// Of one run, at least a second.
    package let timeout: Seconds
    /// Of one hook, at least a second; where the file does not say, as long as a run.
    package let hookTimeout: Seconds
    package let overlap: Overlap
    package let notify: Notifications
    package let hooks: Hooks
    /// Where metrics are written after each run; nil is nowhere.
    package let metricsFile: String?
    /// The copies that the job's tasks are brought to after each run: folders, and what rclone calls remotes.
    package let copies: [String]

    package subscript<Value>(dynamicMember member: KeyPath<TakingRules, Value>) -> Value { rules[keyPath: member] }

    /// Whether the account's groups and tasks must be listed to know the job's tasks, or which overrides are theirs.
    package var needsListing: Bool { tasks.needsListing || heedsNames }

    /// Whether tasks are told by their names, which any group may list.
    package var heedsNames: Bool { !tasks.names.isEmpty || overrides.contains { !$0.tasks.names.isEmpty } }

    /// How one task is taken, its overrides applied.
    ///
    /// - Parameter name: the task's name where it is known; without it, overrides by name do not apply.
    package func rules(forTask id: String, name: String? = nil) -> TakingRules {
        overrides.reduce(rules) { rules, override in
            override.tasks.contains(id: id, name: name) ? override.applied(to: rules) : rules
        }
    }
}
