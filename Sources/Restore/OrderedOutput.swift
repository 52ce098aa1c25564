internal import Archive
internal import RowJSON

/// Writes portions to a sink in their order, and keeps the receipt.
struct OrderedOutput {
    let encoder: any RowEncoder
    private(set) var receipt: RestoreReceipt
    private let sink: any RowSink
    private let plannedRows: Int
    private let onProgress: @Sendable (Restorer.Progress) -> Void

    init(
        _ plan: RestorePlan, _ format: RestoreFormat, _ choice: ColumnChoice, _ encoder: any RowEncoder,
        _ sink: any RowSink, _ onProgress: @escaping @Sendable (Restorer.Progress) -> Void
    ) {
        receipt = RestoreReceipt(plan, format: format, columns: choice.names)
        plannedRows = plan.rows
        self.encoder = encoder
        self.sink = sink
        self.onProgress = onProgress
    }

    mutating func begin() throws(RestoreError) {
        try write(encoder.header)
    }

    mutating func write(_ worker: RestoreWorker) throws(RestoreError) {
        let skipped = receipt.rowsOut == 0 && worker.tally.rowsOut > 0 ? encoder.separatorBytes : 0
        let bytes = UnsafeRawBufferPointer(rebasing: worker.output.bytes.dropFirst(skipped))
        if !bytes.isEmpty { try sink.write(bytes) }
        receipt.bytesOut += bytes.count
        add(worker.tally)
        onProgress(Restorer.Progress(rows: receipt.rowsOut, ofRows: plannedRows, bytes: receipt.bytesOut))
    }

    mutating func finish() throws {
        guard receipt.rowsOut == receipt.rowsIn else {
            throw RestoreError(
                .damaged, "\(receipt.rowsOut) rows were read, and the manifests state \(receipt.rowsIn)",
                hint: RestoreError.damageHint)
        }
        try write(encoder.footer(afterRows: receipt.rowsOut))
        try sink.finish()
    }

    mutating func add(_ tally: RestoreTally) {
        receipt.snapshots += tally.snapshots
        receipt.rowsIn += tally.rowsIn
        receipt.rowsOut += tally.rowsOut
        receipt.bytesIn += tally.bytesIn
        receipt.uncompressedBytes += tally.uncompressedBytes
        receipt.loneSurrogates += tally.loneSurrogates
        receipt.nuls += tally.nuls
    }

    private mutating func write(_ bytes: [UInt8]) throws(RestoreError) {
        guard !bytes.isEmpty else { return }
        try sink.write(all: bytes)
        receipt.bytesOut += bytes.count
    }
}
