import Foundation

/// Cuts NDJSON into lines, chunk by chunk. Empty lines are skipped; a byte-order mark and a line's outer white space
/// are no part of a row.
struct NDJSONReader {
    /// The start of a line whose end is in a later chunk.
    private var carry: [UInt8] = []
    private var line = 1

    mutating func feed(_ chunk: UnsafeRawBufferPointer, _ sink: inout RowLoader) throws {
        var rest = chunk[...]
        while let base = rest.baseAddress, let found = memchr(base, Int32(Byte.lineFeed), rest.count) {
            let end = rest.startIndex + (UnsafeRawPointer(found) - base)
            let piece = UnsafeRawBufferPointer(rebasing: rest[..<end])
            if carry.isEmpty {
                try store(piece, &sink)
            } else {
                carry.append(contentsOf: piece)
                try carry.withUnsafeBytes { try Self.store($0, line: line, &sink) }
                carry.removeAll(keepingCapacity: true)
            }
            line += 1
            rest = rest[(end + 1)...]
        }
        carry.append(contentsOf: rest)
    }

    mutating func finish(_ sink: inout RowLoader) throws {
        try carry.withUnsafeBytes { try Self.store($0, line: line, &sink) }
    }

    private func store(_ bytes: UnsafeRawBufferPointer, _ sink: inout RowLoader) throws {
        try Self.store(bytes, line: line, &sink)
    }

    private static func store(_ bytes: UnsafeRawBufferPointer, line: Int, _ sink: inout RowLoader)
        throws
    {
        var row = bytes[...]
        if line == 1, row.starts(with: Byte.orderMark) { row = row.dropFirst(3) }
        while let first = row.first, JSONCursor.isSpace(first) { row = row.dropFirst() }
        while let last = row.last, JSONCursor.isSpace(last) { row = row.dropLast() }
        guard !row.isEmpty else { return }
        try sink.store(object: UnsafeRawBufferPointer(rebasing: row), line: line)
    }
}

extension Slice<UnsafeRawBufferPointer> {
    fileprivate var baseAddress: UnsafeRawPointer? {
        base.baseAddress.map { $0 + startIndex }
    }
}
