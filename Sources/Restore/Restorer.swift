package import Archive
import Foundation
import RowJSON

/// Reads planned rows and writes them: members are decompressed and encoded on several cores, and written in order.
///
/// Every member's CRC, length and number of rows is checked before its rows are written. Memory is bounded by the work
/// in flight, whatever the size of the restore: a few portions of a mebibyte or members of up to eight; larger ones are
/// read twice, first to see that they are sound, and then portion by portion. Where it
/// takes all rows to tell which are written, they are read twice, and what is noted of them lies in temporary files.
package struct Restorer: Sendable {
    let files: any Files
    private let work: OrderedWork
    private let spilling: Spilling

    /// - Parameter width: portions in flight; two more than there are cores where it is nil.
    package init(files: any Files = DiskFiles(), width: Int? = nil, spilling: Spilling = Spilling()) {
        self.files = files
        work = OrderedWork(width: max(1, width ?? ProcessInfo.processInfo.activeProcessorCount + 2))
        self.spilling = spilling
    }

    /// How far a restore has come.
    package struct Progress: Sendable, Hashable {
        /// Rows written so far or, in the first of two passes, compared.
        package var rows: Int
        /// Rows that the plan holds.
        package var ofRows: Int
        /// Bytes written so far.
        package var bytes: Int
    }

    /// Opens the output of a share of the rows.
    package typealias Opening = @Sendable (RestorePlan.Share) throws -> any RowSink

    /// Restores a plan's rows into `sink` and finishes it; where an error comes first, the sink is abandoned.
    ///
    /// - Parameter onProgress: called after each portion written, from one task.
    /// - Throws: as ``restore(_:_:open:onProgress:)``.
    package func restore(
        _ plan: RestorePlan, _ options: RestoreOptions, to sink: any RowSink,
        onProgress: @escaping @Sendable (Progress) -> Void = { _ in }
    ) async throws -> RestoreReceipt {
        do {
            return try await restore(plan, options, open: { _ in sink }, onProgress: onProgress)
        } catch {
            sink.abandon()
            throw error
        }
    }

    /// Restores a plan's rows, each share of them into an output of its own, one after the other. Where an error comes
    /// first, the output begun is abandoned; those finished stay.
    ///
    /// - Parameter onProgress: called after each portion, from one task.
    /// - Throws: ``RestoreError``: ``RestoreError/Code/badColumn`` before anything is written;
    ///   ``RestoreError/Code/damaged`` with the file's name, ``RestoreError/Code/changed``,
    ///   ``RestoreError/Code/cannotRead``, ``RestoreError/Code/cannotWrite``, and what opening throws.
    ///   `CancellationError`; `GzipError` where there is no memory.
    package func restore(
        _ plan: RestorePlan, _ options: RestoreOptions, open: @escaping Opening,
        onProgress: @escaping @Sendable (Progress) -> Void = { _ in }
    ) async throws -> RestoreReceipt {
        let plan = try readingKeys(of: plan)
        let choice = try options.choice(of: plan)
        let filter = try RowFilter(options.rules, choice)
        var tools = WorkerTools(
            opener: PieceOpener(files: files, leavesOutAbsent: plan.request.present),
            encoder: options.encoder(choice, hasRows: plan.rows > 0),
            columns: choice.index.count,
            addsWindow: choice.windowColumns > 0, gzip: options.gzip, filter: filter, root: plan.request.vault)
        var output = try OrderedOutput(plan, options, choice, tools.encoder, open, onProgress)
        do {
            try output.begin()
            var kept: KeptRows?
            if let filter, filter.needsSurvey {
                kept = try await survey(plan, filter, tools, &output)
                tools.digests = kept?.digests ?? []
            }
            var jobs = RestoreJobs(plan, tools.opener, kept: kept)
            try await work.run(&jobs, tools, &output)
            output.add(jobs.tally)
            try output.finish()
            return output.receipt
        } catch {
            output.abandon()
            throw error
        }
    }

    /// The first of two passes.
    private func survey(
        _ plan: RestorePlan, _ filter: RowFilter, _ tools: WorkerTools, _ output: inout OrderedOutput
    ) async throws -> KeptRows {
        var tools = tools
        tools.isSurveying = true
        tools.gzip = false
        let target = output
        var survey = RowSurvey(filter, pieces: plan.pieces.count, spilling) { target.showSurvey(rows: $0) }
        var jobs = RestoreJobs(plan, tools.opener, isSurvey: true)
        try await work.run(&jobs, tools, &survey)
        survey.add(jobs.tally)
        let kept = try survey.finish()
        try output.add(survey: survey.tally, kept)
        return kept
    }
}
