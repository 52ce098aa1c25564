import Jobs
import Synchronization

/// The job files as read last, and as read before that: a run under way may still belong to those.
final class JobRegistry: Sendable {
    private let sets: Mutex<(now: JobSet, before: JobSet?)>

    init(_ set: JobSet) {
        sets = Mutex((set, nil))
    }

    func replace(with set: JobSet) {
        sets.withLock { $0 = (set, $0.now) }
    }

    /// The job files as read last.
    var current: JobSet { sets.withLock { $0.now } }

    /// The account that a job of either uses.
    func account(of job: Job) throws(JobFilesError) -> Account {
        let (now, before) = sets.withLock { $0 }
        guard let before, now.jobs.first(where: { $0.name == job.name }) != job else { return try now.account(of: job) }
        return try before.account(of: job)
    }
}
