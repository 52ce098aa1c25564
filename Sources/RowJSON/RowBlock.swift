#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Rows as NDJSON: each row's archived bytes, followed by a newline.
package struct RowBlock: Sendable, Equatable {
    /// The rows, one a line, each line ended.
    package private(set) var bytes: [UInt8] = []
    /// Where each row ends: the offset after its newline.
    private var ends: [Int] = []
    /// The keys of every row, in their order, where all rows were found to have the same in the same order while they
    /// were read; nil where they differ, or nobody looked.
    package internal(set) var commonColumns: [String]?

    package init() {}

    /// Whether both hold the same rows in the same order.
    package static func == (one: RowBlock, other: RowBlock) -> Bool {
        one.ends == other.ends && one.bytes == other.bytes
    }

    /// The rows of text that is NDJSON already. A last line without newline gets one; an empty line is an empty row.
    ///
    /// - Complexity: O(*n*) in bytes, at the speed of `memchr`.
    package init(ndjson: [UInt8]) {
        bytes = ndjson
        if let last = bytes.last, last != Byte.newline { bytes.append(Byte.newline) }
        bytes.withUnsafeBytes { text in
            guard let base = text.baseAddress else { return }
            var start = 0
            while start < text.count,
                let newline = memchr(base + start, Int32(Byte.newline), text.count - start)
            {
                start = UnsafeRawPointer(newline) - base + 1
                ends.append(start)
            }
        }
    }

    /// The number of rows.
    package var count: Int { ends.count }

    package var isEmpty: Bool { ends.isEmpty }

    /// Makes room for that many further rows, and for that many further bytes, newlines included.
    package mutating func reserve(rows: Int, bytes count: Int) {
        ends.reserveCapacity(ends.count + rows)
        bytes.reserveCapacity(bytes.count + count)
    }

    /// Appends one row as it is. It must hold no newline; JSON without white space around its tokens never does.
    package mutating func append(row: UnsafeRawBufferPointer) {
        commonColumns = nil
        bytes.append(contentsOf: row)
        endRow()
    }

    package mutating func append(contentsOf other: RowBlock) {
        guard !other.isEmpty else { return }
        commonColumns = isEmpty || commonColumns == other.commonColumns ? other.commonColumns : nil
        let base = bytes.count
        bytes.append(contentsOf: other.bytes)
        ends.append(contentsOf: other.ends.lazy.map { $0 + base })
    }

    /// Calls `body` with the bytes of row `index`, without its newline.
    package func withRow<R>(_ index: Int, _ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        let range = start(of: index)..<(ends[index] - 1)
        return try bytes.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[range])) }
    }

    /// Calls `body` with each row's bytes in order, without the newline.
    package func forEachRow(_ body: (UnsafeRawBufferPointer) throws -> Void) rethrows {
        try bytes.withUnsafeBytes { text in
            var start = 0
            for end in ends {
                try body(UnsafeRawBufferPointer(rebasing: text[start..<(end - 1)]))
                start = end
            }
        }
    }

    /// The rows in `range`.
    package func slice(_ range: Range<Int>) -> RowBlock {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "the rows are within the block")
        guard !range.isEmpty else { return RowBlock() }
        let base = start(of: range.lowerBound)
        var block = RowBlock()
        block.bytes = Array(bytes[base..<ends[range.upperBound - 1]])
        block.ends = ends[range].map { $0 - base }
        block.commonColumns = commonColumns
        return block
    }

    /// The rows but those at `indices`, which must be ascending and without repetition.
    package func removing(rowsAt indices: [Int]) -> RowBlock {
        guard !indices.isEmpty else { return self }
        var block = RowBlock()
        block.reserve(rows: max(0, count - indices.count), bytes: bytes.count)
        var next = 0
        for index in indices {
            precondition(index >= next && index < count, "the rows to remove are ascending and within the block")
            block.append(contentsOf: self, rows: next..<index)
            next = index + 1
        }
        block.append(contentsOf: self, rows: next..<count)
        block.commonColumns = commonColumns
        return block
    }

    private mutating func append(contentsOf other: RowBlock, rows: Range<Int>) {
        guard !rows.isEmpty else { return }
        let from = other.start(of: rows.lowerBound)
        let shift = bytes.count - from
        bytes.append(contentsOf: other.bytes[from..<other.ends[rows.upperBound - 1]])
        ends.append(contentsOf: other.ends[rows].lazy.map { $0 + shift })
    }

    private func start(of index: Int) -> Int {
        index == 0 ? 0 : ends[index - 1]
    }

    private mutating func endRow() {
        bytes.append(Byte.newline)
        ends.append(bytes.count)
    }
}

extension RowBlock {
    /// Appends one row, which must be sound JSON but for raw control characters in its strings: white space between
    /// tokens is left out, control characters within strings are escaped. What lies between is copied run by run.
    mutating func append(compacting row: UnsafeRawBufferPointer) {
        commonColumns = nil
        guard let base = row.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return endRow() }
        let end = base + row.count
        var run = base
        var at = base
        var isInString = false
        while at < end {
            if isInString {
                at = JSONScanner.endOfPlainRun(at, end)
                guard at < end else { break }
            }
            let byte = at.pointee
            if byte == Byte.quote {
                isInString.toggle()
                at += 1
            } else if byte == Byte.backslash {
                at += 2
            } else if isInString || Byte.isWhite(byte) {
                bytes.append(contentsOf: UnsafeBufferPointer(start: run, count: at - run))
                if isInString { JSONText.appendEscaped(control: byte, to: &bytes) }
                at += 1
                run = at
            } else {
                at += 1
            }
        }
        bytes.append(contentsOf: UnsafeBufferPointer(start: run, count: end - run))
        endRow()
    }
}
