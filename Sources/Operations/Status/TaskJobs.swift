import Foundation
package import Jobs
import Records
import StorageTime

/// Which jobs take which tasks.
package struct TaskJobs {
    let jobs: [Job]
    private let clocks: [StorageClock]
    /// The hosts that jobs take tasks of; nil where the account is not known.
    private let hosts: [String?]
    /// By host; nil where accounts of one host differ.
    private let accountClocks: [String: StorageClock?]
    /// Places in `jobs`, by the ids that jobs name or that were listed for them, in lower case.
    private let byID: [String: [Int]]
    /// Jobs that name tasks by their names.
    private let byName: [Int]

    /// - Parameter members: the ids of the tasks that were listed for a job.
    package init(_ set: JobSet, members: (Job) throws -> [String]) rethrows {
        jobs = set.jobs
        clocks = set.jobs.map(set.clock)
        hosts = set.jobs.map { try? set.account(of: $0).host }
        accountClocks = Dictionary(set.accounts.map { ($0.host, Optional($0.storageClock)) }) { first, second in
            first == second ? first : nil
        }
        var byID: [String: [Int]] = [:]
        for (index, job) in set.jobs.enumerated() {
            let ids = job.tasks.ids + (job.needsListing ? try members(job) : [])
            for id in Set(ids.map { $0.lowercased() }) { byID[id, default: []].append(index) }
        }
        self.byID = byID
        byName = set.jobs.indices.filter { !set.jobs[$0].tasks.names.isEmpty }
    }

    /// A job that takes a task, and what storage time it is for it.
    struct Taker {
        let job: Job
        let clock: StorageClock
    }

    /// The jobs that take a task, by name.
    ///
    /// - Complexity: O(*n*) in the jobs that name tasks by their names.
    func takers(of task: String, name: String, source: RowSource, host: String) -> [Taker] {
        let named = byName.filter { jobs[$0].tasks.contains(id: task, name: name) }
        return Set((byID[task.lowercased()] ?? []) + named).sorted().compactMap { index in
            guard jobs[index].source == source, hosts[index] ?? host == host else { return nil }
            return Taker(job: jobs[index], clock: clocks[index])
        }
    }

    /// What storage time it is on a host of the account files; nil for a host of none, or of accounts that differ.
    func clock(ofHost host: String) -> StorageClock? { accountClocks[host] ?? nil }

    /// Each job with what storage time it is for its tasks.
    var clockedJobs: [(job: Job, clock: StorageClock)] { zip(jobs, clocks).map { (job: $0, clock: $1) } }

    /// The tasks that jobs name by id or that were listed for them, in lower case.
    var wantedTasks: Set<String> { Set(byID.keys) }

    /// Whether a job says what is kept of its tasks, or of some.
    var hasKeepRules: Bool {
        jobs.contains { $0.rules.keep != nil || $0.overrides.contains { $0.keep != nil } }
    }

    /// The copies that jobs bring their tasks to, as they name them.
    var copies: Set<String> { Set(jobs.flatMap(\.copies)) }

    /// The tasks that jobs name by id, in lower case, sorted.
    var namedTasks: [String] { Set(jobs.flatMap(\.tasks.ids).map { $0.lowercased() }).sorted() }
}
