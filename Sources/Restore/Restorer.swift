public import Archive
internal import Foundation
internal import RowJSON

/// Reads planned rows and writes them: members are decompressed and encoded on several cores, and written in order.
///
/// Every member's CRC, length and number of rows is checked before its rows are written. Memory is bounded by the work
/// in flight, whatever the size of the restore: a few portions of a mebibyte or, where they are larger, members.
public struct Restorer: Sendable {
    private let files: any Files
    private let width: Int
    /// Bytes of rows in flight above which no further job is begun.
    private static let budget = 8 << 20

    /// - Parameter width: portions in flight; two more than there are cores where it is nil.
    public init(files: any Files = DiskFiles(), width: Int? = nil) {
        self.files = files
        self.width = max(1, width ?? ProcessInfo.processInfo.activeProcessorCount + 2)
    }

    /// How far a restore has come.
    public struct Progress: Sendable, Hashable {
        /// Rows written so far.
        public var rows: Int
        /// Rows that the plan holds.
        public var ofRows: Int
        /// Bytes written so far.
        public var bytes: Int
    }

    /// Restores a plan's rows into `sink` and finishes it; where an error comes first, the sink is abandoned.
    ///
    /// - Parameter onProgress: called after each portion written, from one task.
    /// - Throws: ``RestoreError``: ``RestoreError/Code/badColumn`` before anything is written;
    ///   ``RestoreError/Code/damaged`` with the file's name, ``RestoreError/Code/changed``,
    ///   ``RestoreError/Code/cannotRead``, and what the sink throws. `CancellationError`; `GzipError` where there is no
    ///   memory.
    public func restore(
        _ plan: RestorePlan, _ options: RestoreOptions, to sink: any RowSink,
        onProgress: @escaping @Sendable (Progress) -> Void = { _ in }
    ) async throws -> RestoreReceipt {
        do {
            let choice = try ColumnChoice(all: plan.columns, asked: options.columns)
            var output = OrderedOutput(plan, options.format, choice, options.encoder(choice), sink, onProgress)
            try output.begin()
            try await run(plan, choice, &output)
            try output.finish()
            return output.receipt
        } catch {
            sink.abandon()
            throw error
        }
    }

    private func run(_ plan: RestorePlan, _ choice: ColumnChoice, _ output: inout OrderedOutput) async throws {
        let opener = PieceOpener(files: files)
        var jobs = RestoreJobs(plan.pieces, opener)
        var pool: [RestoreWorker] = []
        var waiting: [Int: (worker: RestoreWorker, bytes: Int)] = [:]
        var (started, written, inFlight) = (0, 0, 0)
        var held: RestoreJob?
        let encoder = output.encoder
        try await withThrowingTaskGroup(of: (Int, Int, RestoreWorker).self) { group in
            while true {
                while started - written < width {
                    guard let job = try held ?? jobs.nextJob() else { break }
                    held = job
                    guard inFlight == 0 || inFlight + job.bytes <= Self.budget else { break }
                    held = nil
                    let worker =
                        try pool.popLast()
                        ?? RestoreWorker(opener: opener, encoder: encoder, columns: choice.index.count)
                    let number = started
                    group.addTask {
                        try Task.checkCancellation()
                        worker.reset()
                        try worker.run(job)
                        return (number, job.bytes, worker)
                    }
                    started += 1
                    inFlight += job.bytes
                }
                if let (worker, bytes) = waiting.removeValue(forKey: written) {
                    try output.write(worker)
                    pool.append(worker)
                    written += 1
                    inFlight -= bytes
                    continue
                }
                guard let (number, bytes, worker) = try await group.next() else { break }
                waiting[number] = (worker, bytes)
            }
        }
        output.add(jobs.tally)
    }
}
