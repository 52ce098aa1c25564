import Archive
import RowJSON

/// The rows of a capture, to find out whether others hold nothing else.
///
/// Memory: a hash and a count for each distinct row.
struct CaptureContents {
    private var counts: [RowHash: Int] = [:]

    init(_ archive: ArchiveReader?) throws {
        try archive?.forEachMember { _, ndjson in
            try Task.checkCancellation()
            RowBlock(ndjson: ndjson).forEachRow { counts[RowHash(of: $0), default: 0] += 1 }
        }
    }

    /// Whether every row of another capture is here as well, as often as it is there.
    func holds(_ archive: ArchiveReader?) throws -> Bool {
        guard let archive else { return true }
        var seen: [RowHash: Int] = [:]
        var isMissing = false
        for member in archive.facts.members.indices where !isMissing {
            try Task.checkCancellation()
            try archive.forEachMember(in: member..<(member + 1)) { _, ndjson in
                RowBlock(ndjson: ndjson).forEachRow { row in
                    let hash = RowHash(of: row)
                    let count = (seen[hash] ?? 0) + 1
                    seen[hash] = count
                    if count > counts[hash] ?? 0 { isMissing = true }
                }
            }
        }
        return !isMissing
    }
}
