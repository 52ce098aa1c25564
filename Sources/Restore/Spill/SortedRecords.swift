/// Records in ascending order, from memory or merged from sorted runs of a temporary file.
final class SortedRecords {
    private var held: ArraySlice<RowRecord>
    private var runs: [RecordRun] = []
    /// The numbers of the runs that have records left, as a heap by their next record.
    private var heap: [Int] = []
    private var isMerging = false
    private let file: SpillFile?

    init(_ records: [RowRecord]) {
        held = records[...]
        file = nil
    }

    /// - Parameter capacity: how many records of each run are held at once.
    init(_ file: SpillFile, _ ranges: [Range<Int>], capacity: Int) {
        held = []
        self.file = file
        runs = ranges.map { RecordRun(rest: $0, capacity: capacity) }
    }

    /// - Throws: ``RestoreError/Code/cannotRead``.
    func next() throws(RestoreError) -> RowRecord? {
        guard let file else { return held.popFirst() }
        if !isMerging { try begin(file) }
        guard let first = heap.first, let record = runs[first].next else { return nil }
        try runs[first].advance(file)
        if runs[first].next == nil {
            heap[0] = heap[heap.count - 1]
            heap.removeLast()
        }
        siftDown(from: 0)
        return record
    }

    private func begin(_ file: SpillFile) throws(RestoreError) {
        isMerging = true
        for number in runs.indices { try runs[number].advance(file) }
        heap = runs.indices.filter { runs[$0].next != nil }
        for place in heap.indices.reversed() { siftDown(from: place) }
    }

    private func siftDown(from start: Int) {
        var parent = start
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && isBefore(child, least) {
                least = child
            }
            guard least != parent else { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }

    private func isBefore(_ left: Int, _ right: Int) -> Bool {
        guard let left = runs[heap[left]].next, let right = runs[heap[right]].next else { return false }
        return left < right
    }
}

/// One sorted run, read a buffer at a time.
private struct RecordRun {
    /// What of the file was not read yet, in bytes.
    var rest: Range<Int>
    let capacity: Int
    private(set) var next: RowRecord?
    private var buffer: [RowRecord] = []
    private var place = 0

    init(rest: Range<Int>, capacity: Int) {
        self.rest = rest
        self.capacity = capacity
    }

    mutating func advance(_ file: SpillFile) throws(RestoreError) {
        if place == buffer.count { try fill(file) }
        next = place < buffer.count ? buffer[place] : nil
        place += 1
    }

    private mutating func fill(_ file: SpillFile) throws(RestoreError) {
        let stride = MemoryLayout<RowRecord>.stride
        let count = min(capacity, rest.count / stride)
        let empty = RowRecord(key: (0, 0), place: 0, lot: 0)
        buffer = Array(repeating: empty, count: count)
        place = 0
        guard count > 0 else { return }
        let offset = rest.lowerBound
        var failure: RestoreError?
        buffer.withUnsafeMutableBytes { bytes in
            do throws(RestoreError) { try file.read(at: offset, into: bytes) } catch { failure = error }
        }
        if let failure { throw failure }
        rest = (offset + count * stride)..<rest.upperBound
    }
}
