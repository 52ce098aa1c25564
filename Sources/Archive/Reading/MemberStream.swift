import Gzip

/// Reads the rows of one member portion by portion, so that a member of hundreds of megabytes costs a portion's memory.
///
/// What is wrong with a member is known at its end. Whoever must not act on rows of a damaged one reads it twice.
///
/// Unchecked, for it is handed from task to task and never to two at once.
package final class MemberStream: @unchecked Sendable {
    /// Members of more content than this, in bytes, are read so.
    package static let threshold = 8 << 20
    /// How much content is taken at a time; a row that is longer comes whole.
    private static let portion = 1 << 20
    private static let inputBytes = 256 << 10

    private let reader: ArchiveReader
    private let index: Int
    private var decoder: GzipDecoder
    private var input = [UInt8]()
    /// What of ``input`` was not decompressed yet.
    private var pending = 0..<0
    /// How many of the member's compressed bytes were read.
    private var bytesRead = 0
    private var produced = 0
    private var rows = 0
    private var isEnded = false
    /// Content behind the last whole row.
    private var rest: [UInt8] = []

    /// - Throws: `GzipError` where there is no memory.
    package init(_ reader: ArchiveReader, member index: Int) throws {
        self.reader = reader
        self.index = index
        decoder = try GzipDecoder()
        decoder.beginMember()
    }

    /// The next whole rows, about a mebibyte of them, as NDJSON, and their number; nil behind the last.
    ///
    /// - Parameter onCompressed: called with each run of the member's compressed bytes, in order.
    /// - Throws: what ``ArchiveReader/withMember(_:_:_:)`` throws, at the latest behind the last rows.
    package func next(
        _ onCompressed: (UnsafeRawBufferPointer) -> Void = { _ in }
    ) throws(ArchiveError) -> (ndjson: [UInt8], rows: Int)? {
        var content = rest
        rest = []
        var searched = content.count
        content.reserveCapacity(Self.portion + Self.inputBytes)
        while true {
            let isMore = try readMore(&content, onCompressed)
            let newline = content[searched...].lastIndex(of: 0x0A)
            searched = content.count
            guard isMore, content.count < Self.portion || newline == nil else { break }
        }
        guard !isEnded || content.isEmpty || content.last == 0x0A else { throw reader.rowsError(index, holds: rows) }
        if !isEnded, let newline = content.lastIndex(of: 0x0A) {
            rest = Array(content[(newline + 1)...])
            content.removeLast(rest.count)
        }
        let count = NewLines.count(in: content)
        rows += count
        if isEnded, rows != member.rows { throw reader.rowsError(index, holds: rows) }
        return content.isEmpty ? nil : (content, count)
    }

    private var member: ArchiveMember { reader.facts.members[index] }

    /// Appends a run of content; false behind the last.
    private func readMore(
        _ content: inout [UInt8], _ onCompressed: (UnsafeRawBufferPointer) -> Void
    ) throws(ArchiveError) -> Bool {
        guard !isEnded else { return false }
        if pending.isEmpty { try fill(onCompressed) }
        let start = content.count
        content.setCount(start + Self.inputBytes)
        let step = try reader.checking(index) { () throws(GzipError) in
            try decompress(into: &content, from: start)
        }
        pending = (pending.lowerBound + step.consumed)..<pending.upperBound
        content.removeLast(Self.inputBytes - step.produced)
        produced += step.produced
        isEnded = step.isEnd
        try reader.checking(index) { () throws(GzipError) in
            guard produced <= member.uncompressedBytes else {
                throw GzipError(.corrupt, "the member holds more than \(member.uncompressedBytes) bytes")
            }
            let left = member.bytes - bytesRead + pending.count
            if isEnded, produced < member.uncompressedBytes || left > 0 {
                throw GzipError(
                    .corrupt,
                    "the member holds \(produced) bytes, not \(member.uncompressedBytes), and \(left) follow it")
            }
            if !isEnded, left == 0, step.produced < Self.inputBytes {
                throw GzipError(.truncated, "the gzip member ends early")
            }
        }
        return true
    }

    private func decompress(
        into content: inout [UInt8], from start: Int
    ) throws(GzipError) -> (consumed: Int, produced: Int, isEnd: Bool) {
        var result: Result<(consumed: Int, produced: Int, isEnd: Bool), GzipError> = .success((0, 0, false))
        input.withUnsafeBytes { input in
            content.withUnsafeMutableBytes { content in
                do throws(GzipError) {
                    result = .success(
                        try decoder.step(
                            UnsafeRawBufferPointer(rebasing: input[pending]),
                            into: UnsafeMutableRawBufferPointer(rebasing: content[start...])))
                } catch { result = .failure(error) }
            }
        }
        return try result.get()
    }

    private func fill(_ onCompressed: (UnsafeRawBufferPointer) -> Void) throws(ArchiveError) {
        let count = min(Self.inputBytes, member.bytes - bytesRead)
        guard count > 0 else { return }
        input.setCount(count)
        try reader.read(&input, at: member.offset + bytesRead)
        input.withUnsafeBytes { onCompressed($0) }
        bytesRead += count
        pending = 0..<count
    }
}
