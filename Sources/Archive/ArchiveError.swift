/// Why a vault's files could not be written, read or trusted.
package struct ArchiveError: Error, Sendable {
    /// The closed list of reasons. The codes for which ``isDamage`` holds are the ones that `verify` reports.
    package enum Code: String, Sendable, CaseIterable {
        /// A file or folder could not be made, written, synchronised, renamed or removed.
        case cannotWrite = "cannot-write"
        /// A file or folder is there and could not be read.
        case cannotRead = "cannot-read"
        /// A file or folder could not be read for want of something that says nothing of it: of descriptors, of
        /// memory, of the connection to its file system.
        case cannotReadNow = "cannot-read-now"
        /// A file or folder that was asked for is not there.
        case notFound = "not-found"
        /// A final name is taken already; nothing was overwritten.
        case nameTaken = "name-taken"
        /// A task id that cannot be stored.
        case badTaskID = "bad-task-id"
        /// Two task ids that differ in case only.
        case taskIDClash = "task-id-clash"
        /// A block of rows too large for one gzip member.
        case memberTooLarge = "member-too-large"
        /// What was to be written does not agree with itself: a bug, stopped before it reached the vault.
        case inconsistent
        /// The manifest's format is newer than this program's.
        case newerFormat = "newer-format"

        /// The manifest is no manifest: not JSON, a key missing, a value of the wrong type or range.
        case manifestUnreadable = "manifest-unreadable"
        /// The manifest's own checksum does not match.
        case manifestSHA256 = "manifest-sha256"
        /// The manifest's figures contradict each other.
        case manifestInconsistent = "manifest-inconsistent"
        /// The manifest lies in a folder, or bears a name, that is not its window's.
        case manifestMisplaced = "manifest-misplaced"
        /// The archive that the manifest names is not there.
        case archiveMissing = "archive-missing"
        /// The archive could not be read through.
        case archiveUnreadable = "archive-unreadable"
        /// The archive is shorter or longer than the manifest says.
        case archiveSize = "archive-size"
        /// The archive's checksum is not the manifest's.
        case archiveSHA256 = "archive-sha256"
        /// A member does not decompress to what its own checksum and the manifest say.
        case memberCorrupt = "member-corrupt"
        /// A member holds fewer or more rows than the manifest says.
        case memberRows = "member-rows"
        /// A row is no JSON object.
        case rowMalformed = "row-malformed"
        /// The rows' digest is not the manifest's.
        case rowsDigest = "rows-digest"
        /// The rows' keys are not the manifest's columns.
        case columns

        /// Whether the code says that something in the vault is damaged.
        package var isDamage: Bool {
            switch self {
            case .manifestUnreadable, .manifestSHA256, .manifestInconsistent, .manifestMisplaced, .archiveMissing,
                .archiveUnreadable, .archiveSize, .archiveSHA256, .memberCorrupt, .memberRows, .rowMalformed,
                .rowsDigest, .columns:
                true
            case .cannotWrite, .cannotRead, .cannotReadNow, .notFound, .nameTaken, .badTaskID, .taskIDClash,
                .memberTooLarge, .inconsistent, .newerFormat:
                false
            }
        }
    }

    package let code: Code
    /// One sentence for the operator, naming the path or task concerned.
    package let message: String
    /// What to try next, when there is something.
    package let hint: String?
    package let cause: (any Error)?

    package init(_ code: Code, _ message: String, hint: String? = nil, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
        self.cause = cause
    }

    /// Whether the code says that something in the vault is damaged.
    package var isDamage: Bool { code.isDamage }

    /// Whether it failed for want of room on the disk.
    package var isDiskFull: Bool { cause is DiskFull }
}

/// The cause of an error where the disk, or the quota, has no room left.
package struct DiskFull: Error {
    package init() {}
}
