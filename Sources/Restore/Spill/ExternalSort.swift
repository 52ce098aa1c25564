/// Sorts any number of records in bounded memory: what does not fit is sorted piecewise, put into a temporary file, and
/// merged when read.
struct ExternalSort {
    private let capacity: Int
    private let folder: String
    private var records: [RowRecord] = []
    private var file: SpillFile?
    private var runs: [Range<Int>] = []

    /// - Parameter memory: bytes to hold at most, at least a record's.
    init(memory: Int, folder: String) {
        capacity = max(1, memory / MemoryLayout<RowRecord>.stride)
        self.folder = folder
    }

    /// Whether records went to the disk.
    var isSpilled: Bool { file != nil }

    /// - Throws: ``RestoreError/Code/cannotWrite``.
    mutating func add(_ record: RowRecord) throws(RestoreError) {
        if records.count == capacity { try spill() }
        records.append(record)
    }

    /// The records in order. The sort is spent.
    ///
    /// - Throws: ``RestoreError/Code/cannotWrite``.
    mutating func finish() throws(RestoreError) -> SortedRecords {
        guard file != nil else {
            records.sort()
            defer { records = [] }
            return SortedRecords(records)
        }
        try spill()
        records = []
        guard let file else { return SortedRecords([]) }
        return SortedRecords(file, runs, capacity: max(64, capacity / max(1, runs.count)))
    }

    private mutating func spill() throws(RestoreError) {
        guard !records.isEmpty else { return }
        records.sort()
        let target: SpillFile
        if let file { target = file } else { target = try SpillFile(folder: folder) }
        file = target
        let start = target.size
        var failure: RestoreError?
        records.withUnsafeBytes { bytes in
            do throws(RestoreError) { try target.append(bytes) } catch { failure = error }
        }
        if let failure { throw failure }
        runs.append(start..<target.size)
        records.removeAll(keepingCapacity: true)
    }
}
