/// A block of rows as one gzip member, and what a manifest says of it.
public struct EncodedMember: Sendable, Hashable {
    /// The gzip member.
    public var bytes: [UInt8]
    /// The size of the rows and their newlines.
    public var uncompressedBytes: Int
    public var rows: Int
    public var digest: RowsDigest
    /// The rows' keys in first-seen order.
    public var columns: [String]
    /// Each row's hash in order, where that was asked for; empty otherwise.
    public var rowHashes: [RowHash]

    public init(
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
