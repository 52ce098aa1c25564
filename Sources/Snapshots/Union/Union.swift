import Archive
import RowJSON

/// The union rule: a new revision holds every row of the one before.
///
/// Rows that the new answer lacks are copied behind it, whatever the answer is: no row in common is no proof that the
/// cloud writes the same rows in another form now, so that is only told.
struct Union: Sendable, Hashable {
    /// Rows that the new answer lacks.
    var kept = 0
    /// Rows that both hold.
    var shared = 0
    /// Whether the new answer holds a row that the old archive lacks.
    var hasNews = false
    /// The places in the old archive of the rows that the new answer lacks, as runs.
    var absent: [Range<Int>] = []
    /// Whether no row of the old archive is in the new answer, and both are as many: perhaps the same rows in another
    /// form.
    var isRewritten = false

    /// Compares the old archives with the new answer's rows, and appends what is to be kept.
    ///
    /// - Parameters:
    ///   - fresh: the new answer's rows; spent by the call.
    ///   - append: takes the kept rows as gzip members of about a megabyte. Not called where neither the new answer has
    ///     a row nor there is an archive besides the newest: then nothing is to be written.
    /// - Complexity: O(*n* + *m*) for *n* old and *m* new rows, the old read twice where not all are there by their
    ///   bytes; memory for two hashes a new row and a flag an old one.
    static func merge(
        _ previous: PreviousRows, fresh: inout FreshRows, encoders: EncoderPool,
        append: (EncodedMember) throws -> Void
    ) throws -> Union {
        let freshCount = fresh.count
        var union = Union()
        var block = RowBlock()
        var scratch: [UInt8] = []
        let isWriting = freshCount > 0 || previous.hasEarlier
        func flush() throws {
            if block.count > 0 { try append(try encoders.encode(block)) }
            block = RowBlock()
        }
        var isThere: [Bool] = []
        var newest = 0
        var isOfNewest = true
        try previous.forEachBlock { old, isNewest in
            if isNewest { newest += old.count }
            try old.forEachRow { isThere.append(fresh.removeBytes(try FreshRows.Key($0, scratch: &scratch))) }
        }
        union.shared = isThere.count { $0 }
        guard union.shared < isThere.count else {
            union.hasNews = freshCount > union.shared
            return union
        }
        var sharedOfNewest = isThere.prefix(newest).count { $0 }
        var place = 0
        try previous.forEachBlock { old, isNewest in
            isOfNewest = isNewest
            try old.forEachRow { row in
                defer { place += 1 }
                guard place < isThere.count, !isThere[place] else { return }
                if fresh.removeValue(try FreshRows.Key(row, scratch: &scratch)) {
                    union.shared += 1
                    if isOfNewest { sharedOfNewest += 1 }
                } else {
                    union.kept += 1
                    if isOfNewest { union.absent.append(place: place) }
                    if isWriting { block.append(row: row) }
                }
            }
            if block.bytes.count >= PreviousRows.blockBytes { try flush() }
        }
        try flush()
        union.hasNews = freshCount > union.shared
        union.isRewritten =
            sharedOfNewest == 0 && freshCount > 0 && [newest, newest - previous.keptBefore].contains(freshCount)
        return union
    }
}
