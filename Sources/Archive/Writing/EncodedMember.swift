/// A block of rows as one gzip member, and what a manifest says of it.
package struct EncodedMember: Sendable, Hashable {
    /// The gzip member.
    package var bytes: [UInt8]
    /// The size of the rows and their newlines.
    package var uncompressedBytes: Int
    package var rows: Int
    package var digest: RowsDigest
    /// The rows' keys in first-seen order.
    package var columns: [String]
    /// Each row's hash in order, where that was asked for; empty otherwise.
    package var rowHashes: [RowHash]

    package init(
        bytes: [UInt8], uncompressedBytes: Int, rows: Int, digest: RowsDigest, columns: [String],
        rowHashes: [RowHash] = []
    ) {
        self.bytes = bytes
        self.uncompressedBytes = uncompressedBytes
        self.rows = rows
        self.digest = digest
        self.columns = columns
        self.rowHashes = rowHashes
    }
}
