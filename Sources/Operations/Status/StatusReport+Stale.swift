package import Archive
package import StorageTime
import Vault

extension StatusReport {
    /// The status of the tasks named, or of all.
    ///
    /// - Throws: ``Problem`` for a task of which the vault holds nothing.
    package func entries(named tasks: [TaskID]) throws -> [Entry] {
        let entries = try entries(of: tasks.isEmpty ? nil : tasks)
        for task in tasks where !entries.contains(where: { $0.status.task == task.text }) {
            throw Problem(
                .dataDamaged, code: "unknown-task", "the vault holds nothing of task '\(task)'",
                hint: "octovault status, without a task, shows what it holds")
        }
        return entries
    }

    /// A task whose newest covered second is too old, or that has none.
    package struct Stale: Sendable, Hashable {
        /// Nil where the vault holds no task at all.
        package let task: String?
        /// Its age in seconds; nil where nothing is covered.
        package let freshness: Int?
        /// Whether that is the most that it may be, since no zone is set.
        package var isBound = false
    }

    /// The tasks that are older than `limit`; where no task is named, those that jobs name by id and the vault lacks as
    /// well.
    package func stale(among entries: [Entry], limit: Seconds, named tasks: [TaskID]) -> [Stale] {
        var stale = entries.filter { $0.outlook.freshness.map { $0 > limit.count } ?? true }.map {
            Stale(
                task: $0.status.task, freshness: $0.outlook.freshness, isBound: $0.outlook.isFreshnessBound)
        }
        let known = Set(entries.map { $0.status.task.lowercased() })
        let wanted = tasks.isEmpty ? jobs?.namedTasks ?? [] : []
        stale += wanted.filter { !known.contains($0) }.map { Stale(task: $0, freshness: nil) }
        return entries.isEmpty && stale.isEmpty ? [Stale(task: nil, freshness: nil)] : stale
    }
}
