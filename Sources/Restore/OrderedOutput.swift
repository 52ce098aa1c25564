import Archive
import RowJSON

/// Writes portions to their outputs in order, and keeps the receipt.
struct OrderedOutput {
    private(set) var receipt: RestoreReceipt
    private let encoder: any RowEncoder
    private let shares: [RestorePlan.Share]
    private let plannedRows: Int
    private let limit: Int
    private let compressor: MemberCompressor?
    private let open: Restorer.Opening
    private let onProgress: @Sendable (Restorer.Progress) -> Void
    /// The share being written; none before the first.
    private var share = -1
    private var sink: (any RowSink)?
    /// What went to ``sink``.
    private var current = RestoreReceipt.File(path: nil, rows: 0, bytes: 0)
    private var rowsRead = 0
    /// Whether a survey looked at all rows.
    private var isSurveyed = false

    init(
        _ plan: RestorePlan, _ options: RestoreOptions, _ choice: ColumnChoice, _ encoder: any RowEncoder,
        _ open: @escaping Restorer.Opening, _ onProgress: @escaping @Sendable (Restorer.Progress) -> Void
    ) throws {
        receipt = RestoreReceipt(plan, options, choice)
        shares = plan.shares
        plannedRows = plan.rows
        limit = options.rules.limit ?? .max
        compressor = options.gzip ? try MemberCompressor() : nil
        self.encoder = encoder
        self.open = open
        self.onProgress = onProgress
    }

    /// Opens the first output.
    mutating func begin() throws {
        try advance(to: min(0, shares.count - 1))
    }

    mutating func finish() throws {
        try check()
        try advance(to: shares.count - 1)
        try close()
    }

    /// Takes the output begun back.
    func abandon() { sink?.abandon() }

    mutating func add(_ tally: RestoreTally) {
        if !isSurveyed {
            receipt.snapshots += tally.snapshots
            receipt.rowsIn += tally.rowsIn
            receipt.rowsAbsent += tally.absentRows
            receipt.untoldWindows += tally.untoldWindows
            receipt.bytesIn += tally.bytesIn
            receipt.uncompressedBytes += tally.uncompressedBytes
            receipt.rowsFiltered += tally.filtered
            rowsRead += tally.rowsRead
        }
        receipt.rowsOut += tally.rowsOut
        receipt.rowsSampledOut += tally.sampledOut
        receipt.repairs.add(tally.repairs)
    }

    /// Takes what the first of two passes read and found.
    mutating func add(survey tally: RestoreTally, _ kept: KeptRows) throws(RestoreError) {
        var read = tally
        read.rowsOut = 0
        add(read)
        try checkRows()
        isSurveyed = true
        receipt.rowsDeduped = kept.duplicates
        receipt.rowsSampledOut = kept.notDrawn
    }

    func showSurvey(rows: Int) {
        onProgress(Restorer.Progress(rows: rows, ofRows: plannedRows, bytes: 0))
    }

    /// Every row that the manifests state was read, unless a limit made the rest unwanted.
    private mutating func check() throws(RestoreError) {
        guard rowsWanted == 0 else { return try isSurveyed ? () : checkRows() }
        receipt.rowsIn = max(receipt.rowsIn, plannedRows - receipt.rowsAbsent)
        receipt.rowsLimited =
            receipt.rowsIn - receipt.rowsOut - receipt.rowsFiltered - receipt.rowsDeduped - receipt.rowsSampledOut
    }

    private func checkRows() throws(RestoreError) {
        guard rowsRead == receipt.rowsIn else {
            throw RestoreError(
                .damaged, "\(rowsRead) rows were read, and the manifests state \(receipt.rowsIn)",
                hint: RestoreError.damageHint)
        }
    }
}

extension OrderedOutput: WorkConsumer {
    var rowsWanted: Int { limit - receipt.rowsOut }

    mutating func take(_ worker: RestoreWorker, _ job: RestoreJob) throws {
        try advance(to: job.share)
        if worker.tally.rowsOut > 0 { try writeRows(of: worker) }
        current.rows += worker.tally.rowsOut
        add(worker.tally)
        onProgress(Restorer.Progress(rows: receipt.rowsOut, ofRows: plannedRows, bytes: receipt.bytesOut))
    }

    private mutating func writeRows(of worker: RestoreWorker) throws {
        let separator = encoder.separatorBytes
        if compressor == nil {
            try write(UnsafeRawBufferPointer(rebasing: worker.bytes.dropFirst(current.rows == 0 ? separator : 0)))
        } else {
            if current.rows > 0, separator > 0 { try put(Array(worker.output.bytes.prefix(separator))) }
            try write(worker.bytes)
        }
    }

    /// Finishes outputs and opens the next ones, up to that of a share.
    private mutating func advance(to next: Int) throws {
        while share < next {
            try close()
            share += 1
            let opened = try open(shares[share])
            sink = opened
            current = RestoreReceipt.File(path: opened.path, rows: 0, bytes: 0)
            // Compressed, nothing is a member, too: a file of no bytes is no gzip.
            try put(encoder.header, evenNothing: compressor != nil)
        }
    }

    private mutating func close() throws {
        guard let sink else { return }
        try put(encoder.footer(afterRows: current.rows))
        try sink.finish()
        self.sink = nil
        receipt.files.append(current)
    }

    /// Writes a header, a separator or a footer.
    private mutating func put(_ bytes: [UInt8], evenNothing: Bool = false) throws {
        guard !bytes.isEmpty || evenNothing else { return }
        try (compressor?.member(of: bytes) ?? bytes).withUnsafeBytes { try write($0) }
    }

    private mutating func write(_ bytes: UnsafeRawBufferPointer) throws(RestoreError) {
        guard !bytes.isEmpty else { return }
        try sink?.write(bytes)
        receipt.bytesOut += bytes.count
        current.bytes += bytes.count
    }
}
