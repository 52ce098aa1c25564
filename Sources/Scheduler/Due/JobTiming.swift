package import Cron
package import Jobs

/// What due times need to know of a job.
package struct JobTiming: Sendable, Hashable {
    package let name: String
    package let schedule: CronExpression
    package let overlap: Job.Overlap

    package init(name: String, schedule: CronExpression, overlap: Job.Overlap) {
        self.name = name
        self.schedule = schedule
        self.overlap = overlap
    }

    package init(_ job: Job) {
        self.init(name: job.name, schedule: job.schedule, overlap: job.overlap)
    }
}
