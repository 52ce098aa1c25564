package import Catalog
import Jobs
import Records
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
    package var hasRules: Bool { rules != nil || jobs?.hasKeepRules == true }

    /// What any one rule asks for is kept. A job that takes the task and has no rules keeps all of it, and so does no job.
    package func policy(of series: Series) -> KeepPolicy {
        if let rules { return KeepPolicy([rules]) }
        let takers =
            jobs?.takers(of: series.task, name: series.name, source: series.source, host: series.host) ?? []
        return KeepPolicy(
            takers.map { taker in
                taker.job.rules(forTask: series.task, name: series.name).keep ?? KeepRules()
            })
    }
}
