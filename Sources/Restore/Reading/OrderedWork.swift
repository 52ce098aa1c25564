import Vault

/// Takes what workers made, in the order of the output.
protocol WorkConsumer {
    /// How many rows it will take at most.
    var rowsWanted: Int { get }

    /// Takes a job's outcome.
    mutating func take(_ worker: RestoreWorker, _ job: RestoreJob) throws
}

/// Runs jobs on several cores, and hands over what they made in their order.
struct OrderedWork {
    /// Bytes of rows in flight above which no further job is begun.
    private static let budget = 8 << 20

    /// Jobs in flight.
    let width: Int

    /// A job, who does it, and how many rows are wanted of it at most.
    private struct Assignment: Sendable {
        let job: RestoreJob
        let worker: RestoreWorker
        let limit: Int
    }

    /// No more rows are wanted.
    private struct Enough: Error {}

    /// Runs all jobs, or as many as give the rows that are wanted.
    func run(
        _ jobs: inout RestoreJobs, _ tools: WorkerTools, _ consumer: inout some WorkConsumer
    ) async throws {
        var pool: [RestoreWorker] = []
        do {
            try await OrderedPipeline.run(
                width: width, budget: Self.budget, cost: { $0.job.bytes },
                next: { () -> Assignment? in
                    guard consumer.rowsWanted > 0, let job = try jobs.nextJob() else { return nil }
                    return Assignment(
                        job: job, worker: try pool.popLast() ?? RestoreWorker(tools), limit: consumer.rowsWanted)
                },
                work: { assignment in
                    try Task.checkCancellation()
                    assignment.worker.reset()
                    try assignment.worker.run(assignment.job, limit: assignment.limit)
                },
                deliver: { assignment, _ in
                    guard consumer.rowsWanted > 0 else { throw Enough() }
                    try Self.hand(assignment.worker, assignment.job, to: &consumer)
                    pool.append(assignment.worker)
                })
        } catch is Enough {}
    }

    private static func hand(
        _ worker: RestoreWorker, _ job: RestoreJob, to consumer: inout some WorkConsumer
    ) throws {
        let wanted = consumer.rowsWanted
        if worker.tally.rowsOut > wanted {
            // The job began when more rows were wanted: once more, up to the last one.
            worker.reset()
            try worker.run(job, limit: wanted)
        }
        try consumer.take(worker, job)
    }
}
