import Archive

/// Which rows are kept, where that takes all of them to tell: those of which there are several, and a sample of so
/// many.
///
/// Memory is bounded whatever the number of rows: what does not fit lies in temporary files.
struct RowSurvey {
    private let filter: RowFilter
    private let spilling: Spilling
    private let onRows: (Int) -> Void
    private var records: ExternalSort
    private var digests: [RowsDigest?]
    /// Rows that are compared.
    private var rows = 0
    /// What was read.
    private(set) var tally = RestoreTally()

    /// - Parameter onRows: called with the number of rows compared so far.
    init(_ filter: RowFilter, pieces: Int, _ spilling: Spilling, onRows: @escaping (Int) -> Void) {
        self.filter = filter
        self.spilling = spilling
        self.onRows = onRows
        records = spilling.sort()
        digests = Array(repeating: nil, count: pieces)
    }

    mutating func add(_ tally: RestoreTally) {
        self.tally.add(tally)
        for (piece, digest) in tally.digests { digests[piece] = digest }
    }

    /// The rows kept. The survey is spent.
    mutating func finish() throws(RestoreError) -> KeptRows {
        var distinct = rows
        var places = spilling.sort()
        if let wanted = filter.sampledRows {
            (places, distinct) = try draw(wanted)
        } else {
            distinct = try forEachDistinct { record throws(RestoreError) in try places.add(record.byPlace) }
        }
        return KeptRows(
            try places.finish(), digests, duplicates: rows - distinct,
            notDrawn: filter.sampledRows.map { max(0, distinct - $0) } ?? 0)
    }

    /// The rows with the lowest lots.
    private mutating func draw(_ wanted: Int) throws(RestoreError) -> (ExternalSort, distinct: Int) {
        var lots = spilling.sort()
        let distinct = try forEachDistinct { record throws(RestoreError) in try lots.add(record.byLot) }
        var places = spilling.sort()
        let sorted = try lots.finish()
        var count = 0
        while count < wanted, let record = try sorted.next() {
            try places.add(record.byPlace)
            count += 1
        }
        return (places, distinct)
    }

    /// Calls `body` with each row or, where repetitions are left out, one of those that are the same.
    ///
    /// - Returns: how many they were.
    private mutating func forEachDistinct(
        _ body: (RowRecord) throws(RestoreError) -> Void
    ) throws(RestoreError) -> Int {
        let sorted = try records.finish()
        var count = 0
        var held: RowRecord?
        while let record = try sorted.next() {
            if let before = held, filter.key == nil || before.key != record.key {
                try body(before)
                count += 1
                held = record
            } else if held == nil || filter.keepsLast {
                held = record
            }
        }
        if let held {
            try body(held)
            count += 1
        }
        return count
    }
}

extension RowSurvey: WorkConsumer {
    var rowsWanted: Int { .max }

    mutating func take(_ worker: RestoreWorker, _ job: RestoreJob) throws {
        let bytes = worker.output.bytes
        for offset in stride(from: 0, to: bytes.count, by: MemoryLayout<RowRecord>.stride) {
            try records.add(bytes.loadUnaligned(fromByteOffset: offset, as: RowRecord.self))
            rows += 1
        }
        add(worker.tally)
        onRows(rows)
    }
}

extension RowRecord {
    fileprivate var byPlace: RowRecord { RowRecord(key: (0, 0), place: place, lot: lot) }
    fileprivate var byLot: RowRecord { RowRecord(key: (lot, 0), place: place, lot: lot) }
}

/// How much memory sorting may take, and where what does not fit goes.
package struct Spilling: Sendable {
    /// Bytes of one sort; there are two at a time.
    package var memory: Int
    /// The folder of temporary files.
    package var folder: String

    /// - Parameter folder: `TMPDIR`, else `/var/tmp`, where it is nil.
    package init(memory: Int = 4 << 20, folder: String? = nil) {
        self.memory = memory
        self.folder = folder ?? SpillFile.defaultFolder
    }

    func sort() -> ExternalSort { ExternalSort(memory: memory, folder: folder) }
}
