public import Cron
public import Jobs

/// What due times need to know of a job.
public struct JobTiming: Sendable, Hashable {
    public let name: String
    public let schedule: CronExpression
    public let overlap: Job.Overlap

    public init(name: String, schedule: CronExpression, overlap: Job.Overlap) {
        self.name = name
        self.schedule = schedule
        self.overlap = overlap
    }

    public init(_ job: Job) {
        self.init(name: job.name, schedule: job.schedule, overlap: job.overlap)
    }
}
