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

    /// Runs all jobs, or as many as give the rows that are wanted.
    func run(
        _ jobs: inout RestoreJobs, _ tools: WorkerTools, _ consumer: inout some WorkConsumer
    ) async throws {
        var pool: [RestoreWorker] = []
        var waiting: [Int: (worker: RestoreWorker, job: RestoreJob)] = [:]
        var (started, written, inFlight) = (0, 0, 0)
        var held: RestoreJob?
        try await withThrowingTaskGroup(of: (Int, RestoreJob, RestoreWorker).self) { group in
            while consumer.rowsWanted > 0 {
                while started - written < width {
                    guard let job = try held ?? jobs.nextJob() else { break }
                    held = job
                    guard inFlight == 0 || inFlight + job.bytes <= Self.budget else { break }
                    held = nil
                    let worker = try pool.popLast() ?? RestoreWorker(tools)
                    let number = started
                    let limit = consumer.rowsWanted
                    group.addTask {
                        try Task.checkCancellation()
                        worker.reset()
                        try worker.run(job, limit: limit)
                        return (number, job, worker)
                    }
                    started += 1
                    inFlight += job.bytes
                }
                if let (worker, job) = waiting.removeValue(forKey: written) {
                    try Self.hand(worker, job, to: &consumer)
                    pool.append(worker)
                    written += 1
                    inFlight -= job.bytes
                    continue
                }
                guard let (number, job, worker) = try await group.next() else { break }
                waiting[number] = (worker, job)
            }
            group.cancelAll()
        }
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
