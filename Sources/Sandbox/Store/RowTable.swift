import Algorithms

/// The rows of one task: their bytes in one buffer, and an index of them by storage time, then by order of arrival.
///
/// Rows that arrive in order lie side by side, so that a page is one copy.
struct RowTable: Sendable {
    struct Entry: Sendable {
        /// Where the row's bytes begin; a comma follows them.
        var start: Int
        var time: StoredTime
        var length: Int32
        var isExported = false
        /// Whether an answer gave it out that marks nothing, and no mark came since.
        var isFetched = false
        /// Its place in the order of storing; cursors are made of it.
        var key = 0.0

        var end: Int { start + Int(length) }
    }

    /// Every row's bytes, a comma after each, in order of arrival.
    private var bytes: [UInt8] = []
    /// The bytes of rows removed, which stay in the buffer until they are the larger part of it.
    private var wasted = 0
    var entries: [Entry] = []
    /// What belongs to cursors and marks.
    var storing = StoringOrder()
    /// No entry before this one is unexported.
    private var unexportedStart = 0
    var unexportedCount = 0
    /// Grows with every change: answers of the same version are equal.
    var version: UInt64 = 0

    init() {}

    /// Rows in any order.
    init(_ rows: [StoredRow]) {
        reserve(bytes: rows.reduce(0) { $0 + $1.bytes.count + 1 })
        for row in rows { row.bytes.withUnsafeBytes { append(row: $0, at: row.time) } }
        sort()
    }

    var count: Int { entries.count }

    /// Makes room for that many bytes of rows.
    mutating func reserve(bytes count: Int) {
        bytes.reserveCapacity(count)
    }

    /// Adds a row after all others, whatever its time; ``sort()`` must follow before anything is asked.
    mutating func append(row: UnsafeRawBufferPointer, at time: StoredTime) {
        append(at: time) { $0.append(contentsOf: row) }
    }

    /// Adds the row that `write` appends to the buffer.
    mutating func append(at time: StoredTime, _ write: (inout [UInt8]) -> Void) {
        let start = bytes.count
        write(&bytes)
        var entry = Entry(start: start, time: time, length: Int32(bytes.count - start))
        entry.key = storing.next()
        entries.append(entry)
        bytes.append(Byte.comma)
        unexportedCount += 1
        version += 1
    }

    /// Puts the index in order. Rows of equal times keep theirs.
    ///
    /// - Complexity: O(*n*) where it is in order already, else O(*n* log *n*).
    mutating func sort() {
        guard zip(entries, entries.dropFirst()).contains(where: { $1.time < $0.time }) else { return }
        // The buffer is in order of arrival, so where a row begins says which of two came first.
        entries.sort { ($0.time, $0.start) < ($1.time, $1.start) }
        unexportedStart = 0
        version += 1
    }

    /// Adds one row in its place, after those of the same time.
    ///
    /// - Complexity: O(log *n*), and O(*n*) moves where later rows exist.
    mutating func insert(row: UnsafeRawBufferPointer, at time: StoredTime) {
        let index = firstIndex { $0.time > time }
        append(row: row, at: time)
        guard index < entries.count - 1 else { return }
        var entry = entries.removeLast()
        if storing.isByTime {
            entry.key = StoringOrder.key(between: index > 0 ? entries[index - 1].key : 0, entries[index].key)
        }
        entries.insert(entry, at: index)
        unexportedStart = min(unexportedStart, index)
    }

    /// Takes out the rows for which `isGone` holds.
    ///
    /// - Returns: how many there were.
    mutating func remove(where isGone: (StoredTime, UnsafeRawBufferPointer) -> Bool) -> Int {
        let before = entries.count
        bytes.withUnsafeBytes { buffer in
            entries.removeAll { entry in
                isGone(entry.time, UnsafeRawBufferPointer(rebasing: buffer[entry.start..<entry.end]))
            }
        }
        guard entries.count < before else { return 0 }
        let used = entries.reduce(0) { $0 + Int($1.length) + 1 }
        wasted = bytes.count - used
        if wasted > bytes.count / 2 { compact(to: used) }
        unexportedStart = 0
        unexportedCount = entries.count { !$0.isExported }
        version += 1
        return before - entries.count
    }

    /// Takes out the oldest rows: those for which `isGone` holds, up to the first for which it does not.
    ///
    /// - Complexity: O(1) where none goes, else O(*n*).
    mutating func removeFirst(while isGone: (Entry) -> Bool) {
        guard let first = entries.first, isGone(first) else { return }
        let end = firstIndex { !isGone($0) }
        let limit = end < entries.count ? entries[end].time : nil
        _ = remove { time, _ in limit.map { time < $0 } ?? true }
    }

    /// Marks the oldest unexported rows, at most `size`, as exported.
    ///
    /// - Returns: their places.
    mutating func takeUnexported(_ size: Int) -> [Int] {
        var taken: [Int] = []
        var index = unexportedStart
        while taken.count < size, index < entries.count {
            if !entries[index].isExported {
                entries[index].isExported = true
                taken.append(index)
            }
            index += 1
        }
        unexportedStart = index
        unexportedCount -= taken.count
        return taken
    }

    func withRow<R>(_ index: Int, _ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try bytes.withUnsafeBytes {
            try body(UnsafeRawBufferPointer(rebasing: $0[entries[index].start..<entries[index].end]))
        }
    }

    /// Calls `body` with runs of rows that lie side by side, each run's rows parted and followed by a comma.
    func forEachRun(_ rows: some Sequence<Int>, _ body: (UnsafeRawBufferPointer) -> Void) {
        bytes.withUnsafeBytes { buffer in
            var run = 0..<0
            for row in rows {
                let entry = entries[row]
                if entry.start == run.upperBound {
                    run = run.lowerBound..<entry.end + 1
                } else {
                    if !run.isEmpty { body(UnsafeRawBufferPointer(rebasing: buffer[run])) }
                    run = entry.start..<entry.end + 1
                }
            }
            if !run.isEmpty { body(UnsafeRawBufferPointer(rebasing: buffer[run])) }
        }
    }

    /// The first place where `isAtOrAfter` holds; it must hold for all that follow as well.
    func firstIndex(where isAtOrAfter: (Entry) -> Bool) -> Int { entries.partitioningIndex(where: isAtOrAfter) }

    private mutating func compact(to size: Int) {
        var packed = [UInt8]()
        packed.reserveCapacity(size)
        // By order of arrival, which the sort of equal times relies on.
        for index in entries.indices.sorted(by: { entries[$0].start < entries[$1].start }) {
            let entry = entries[index]
            entries[index].start = packed.count
            packed.append(contentsOf: bytes[entry.start...entry.end])
        }
        bytes = packed
        wasted = 0
    }
}
