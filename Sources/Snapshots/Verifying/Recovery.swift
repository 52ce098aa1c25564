import Archive
import RowJSON
import Vault

/// The union rule after damage: a new snapshot holds every row that the API answers, and every row that could be saved
/// of the damaged one and the API has no more.
///
/// Rows that could not be saved are proven to be back in one case: the answer's rows that are not among the saved ones
/// are as many as were lost, and their digest is what the damaged snapshot's digest lacks. Else nobody can tell, and
/// the snapshot is `unproven`.
struct Recovery: Sendable, Hashable {
    /// Saved rows that the answer holds as well.
    private(set) var shared = 0
    /// Saved rows that the answer lacks, and that go into the new archive.
    private(set) var kept = 0
    /// Whether every row of the damaged snapshot is in the new archive.
    private(set) var isProven = false
    /// Whether no saved row is in the answer, and the answer has as many as the snapshot held: perhaps the same rows in
    /// another form.
    private(set) var isRewritten = false

    /// Compares the saved rows with the answer's.
    ///
    /// - Parameters:
    ///   - fresh: the answer's rows by value.
    ///   - freshDigest: the digest of the answer's rows as they came.
    /// - Complexity: O(*n* + *m*) for *n* saved rows and *m* fresh ones; memory for a hash a fresh row.
    init(_ salvage: Salvage, fresh: RowMultiset, freshDigest: RowsDigest) throws {
        var rest = fresh
        var scratch: [UInt8] = []
        // What of the answer is not among the saved rows of the newest archive.
        var newDigest = freshDigest
        var sharedOfNewest = 0
        try salvage.forEachBlock { block, isEarlier in
            try block.forEachRow { row in
                guard rest.remove(try RowMultiset.key(of: row, scratch: &scratch)) else { return }
                shared += 1
                if isEarlier { return }
                sharedOfNewest += 1
                newDigest.subtract(RowHash(of: row))
            }
        }
        kept = salvage.rows + salvage.earlierRows - shared
        if let promised = salvage.promised {
            var lost = promised.digest
            lost.subtract(salvage.digest)
            isProven =
                fresh.count - sharedOfNewest == promised.rows - salvage.rows && newDigest == lost
                && salvage.isEarlierWhole
            isRewritten = sharedOfNewest == 0 && salvage.rows > 0 && fresh.count == promised.rows
        }
        isProven = isProven || salvage.isWhole
    }

    /// Copies the rows that are kept, in gzip members of about a megabyte.
    func appendKept(
        of salvage: Salvage, fresh: RowMultiset, encoders: EncoderPool, append: (EncodedMember) throws -> Void
    ) throws {
        guard kept > 0 else { return }
        var rest = fresh
        var scratch: [UInt8] = []
        var block = RowBlock()
        try salvage.forEachBlock { saved, _ in
            try saved.forEachRow { row in
                if !rest.remove(try RowMultiset.key(of: row, scratch: &scratch)) { block.append(row: row) }
            }
            guard block.bytes.count >= PreviousRows.blockBytes else { return }
            try append(try encoders.encode(block))
            block = RowBlock()
        }
        if !block.isEmpty { try append(try encoders.encode(block)) }
    }
}
