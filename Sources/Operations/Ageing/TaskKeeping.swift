package import Archive
import Catalog
import Jobs
package import Records
import StorageTime
package import Vault

/// Which rules say what of a task is kept.
package struct TaskKeeping {
    /// Of the command line, for every task; nil where the jobs' count.
    let rules: KeepRules?
    /// Nil where no job file is to be had.
    let jobs: TaskJobs?

    package init(rules: KeepRules?, jobs: TaskJobs?) {
        self.rules = rules
        self.jobs = jobs
    }

    /// Whether there is any rule at all.
    var hasRules: Bool { rules != nil || jobs?.hasKeepRules == true }

    /// - Parameters:
    ///   - tasks: none for all.
    ///   - source: only rows of this source.
    /// - Throws: ``Problem`` where there is no rule and rows would go, and for a task of which the vault holds nothing.
    package func prunings(
        of tasks: [TaskID], source: RowSource?, in vault: SnapshotVault, isDryRun: Bool
    ) throws -> [Pruning.Request] {
        guard hasRules || isDryRun else {
            throw Problem.usage(
                "there is no keep rule, so that nothing would go",
                hint: "name one, such as --keep-within 1y, or write keep: in the job files")
        }
        let all = try vault.series(tasks: tasks.isEmpty ? nil : tasks, source: source)
        if let unknown = tasks.first(where: { task in !all.contains { $0.task == task.text } }) {
            throw Problem(
                .dataDamaged, code: "unknown-task", "the vault holds nothing of task '\(unknown)'",
                hint: "octovault status shows what it holds")
        }
        return all.map { Pruning.Request(series: $0, policy: policy(of: $0)) }
    }

    /// What any one rule asks for is kept. A job that takes the task and has no rules keeps all of it, and so does no
    /// job.
    func policy(of series: Series) -> KeepPolicy {
        if let rules { return KeepPolicy([rules]) }
        let takers =
            jobs?.takers(of: series.task, name: series.name, source: series.source, host: series.host) ?? []
        return KeepPolicy(
            takers.map { taker in
                taker.job.rules(forTask: series.task, name: series.name).keep ?? KeepRules()
            })
    }
}
