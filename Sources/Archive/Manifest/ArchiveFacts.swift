/// An archive file as its manifest describes it.
public struct ArchiveFacts: Sendable, Hashable {
    /// The file's name, in the manifest's folder.
    public var file: String
    /// The file's size.
    public var bytes: Int
    /// The file's SHA-256 as 64 hex digits in lower case.
    public var sha256: String
    /// The size of all rows and their newlines.
    public var uncompressedBytes: Int
    /// The gzip members in order; they lie end to end and fill the file.
    public var members: [ArchiveMember]

    public init(file: String, bytes: Int, sha256: String, uncompressedBytes: Int, members: [ArchiveMember]) {
        self.file = file
        self.bytes = bytes
        self.sha256 = sha256
        self.uncompressedBytes = uncompressedBytes
        self.members = members
    }

    /// The rows in all members.
    public var rows: Int { members.reduce(0) { $0 + $1.rows } }
}

/// One gzip member of an archive: it can be read, checked and salvaged alone.
public struct ArchiveMember: Sendable, Hashable {
    /// The most that a member's content may have: 256 MiB.
    public static let maximumUncompressedBytes = 256 << 20

    /// Where it begins in the file.
    public var offset: Int
    public var bytes: Int
    /// The size of its rows and their newlines, at most ``maximumUncompressedBytes``.
    public var uncompressedBytes: Int
    /// At least 1.
    public var rows: Int

    public init(offset: Int, bytes: Int, uncompressedBytes: Int, rows: Int) {
        self.offset = offset
        self.bytes = bytes
        self.uncompressedBytes = uncompressedBytes
        self.rows = rows
    }
}
