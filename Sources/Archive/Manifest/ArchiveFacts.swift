/// An archive file as its manifest describes it.
package struct ArchiveFacts: Sendable, Hashable {
    /// The file's name, in the manifest's folder.
    package var file: String
    /// The file's size.
    package var bytes: Int
    /// The file's SHA-256 as 64 hex digits in lower case.
    package var sha256: String
    /// The size of all rows and their newlines.
    package var uncompressedBytes: Int
    /// The gzip members in order; they lie end to end and fill the file.
    package var members: [ArchiveMember]

    package init(file: String, bytes: Int, sha256: String, uncompressedBytes: Int, members: [ArchiveMember]) {
        self.file = file
        self.bytes = bytes
        self.sha256 = sha256
        self.uncompressedBytes = uncompressedBytes
        self.members = members
    }

    /// The rows in all members.
    package var rows: Int { members.reduce(0) { $0 + $1.rows } }
}

/// One gzip member of an archive: it can be read, checked and salvaged alone.
package struct ArchiveMember: Sendable, Hashable {
    /// The most that a member's content may have: 256 MiB.
    package static let maximumUncompressedBytes = 256 << 20

    /// Where it begins in the file.
    package var offset: Int
    package var bytes: Int
    /// The size of its rows and their newlines, at most ``maximumUncompressedBytes``.
    package var uncompressedBytes: Int
    /// At least 1.
    package var rows: Int

    package init(offset: Int, bytes: Int, uncompressedBytes: Int, rows: Int) {
        self.offset = offset
        self.bytes = bytes
        self.uncompressedBytes = uncompressedBytes
        self.rows = rows
    }
}
