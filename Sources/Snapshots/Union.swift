import Archive
import RowJSON

/// The union rule: a new revision holds every row of the one before.
///
/// Rows that the new answer lacks are copied behind it. Where the new answer shares no row with the old archive (the
/// cloud writes rows in another form now), nothing is copied: both archives stay.
struct Union: Sendable, Hashable {
    /// Rows that the new answer lacks.
    var kept = 0
    /// Rows that both hold.
    var shared = 0
    /// Whether the new answer holds a row that the old archive lacks.
    var hasNews = false

    /// Whether no row of the old archive is in the new answer, though both hold rows.
    var isRewritten: Bool { shared == 0 && hasNews && kept > 0 }

    /// Compares the old archive with the new answer's rows, and appends what is to be kept.
    ///
    /// - Parameters:
    ///   - fresh: the new answer's rows; spent by the call.
    ///   - append: takes the kept rows as gzip members of about a megabyte, once a shared row has shown that the two
    ///     archives belong together.
    /// - Complexity: O(*n* + *m*) for *n* old and *m* new rows, the old read twice where not all are there by their bytes;
    ///   memory for two hashes a new row, a flag an old one and, until the first shared row, for the old rows compressed.
    static func merge(
        _ previous: PreviousRows, fresh: inout FreshRows, encoders: EncoderPool,
        append: (EncodedMember) throws -> Void
    ) throws -> Union {
        let freshCount = fresh.count
        var union = Union()
        var block = RowBlock()
        var waiting: [EncodedMember] = []
        var scratch: [UInt8] = []
        func flush() throws {
            if block.count > 0 { waiting.append(try encoders.encode(block)) }
            block = RowBlock()
            guard union.shared > 0 else { return }
            for member in waiting { try append(member) }
            waiting = []
        }
        var isThere: [Bool] = []
        try previous.forEachBlock { old in
            try old.forEachRow { isThere.append(fresh.removeBytes(try FreshRows.Key($0, scratch: &scratch))) }
        }
        union.shared = isThere.count { $0 }
        guard union.shared < isThere.count else {
            union.hasNews = freshCount > union.shared
            return union
        }
        var place = 0
        try previous.forEachBlock { old in
            try old.forEachRow { row in
                defer { place += 1 }
                if isThere[place] { return }
                if fresh.removeValue(try FreshRows.Key(row, scratch: &scratch)) {
                    union.shared += 1
                } else {
                    union.kept += 1
                    if freshCount > 0 { block.append(row: row) }
                }
            }
            if block.bytes.count >= PreviousRows.blockBytes { try flush() }
        }
        try flush()
        union.hasNews = freshCount > union.shared
        return union
    }
}
