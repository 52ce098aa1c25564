import GRDB

/// Why the catalog could not answer or take a record. The archives and manifests of the vault are unharmed by any of
/// these.
package struct CatalogError: Error, Sendable {
    /// The closed list of reasons.
    package enum Code: String, Sendable, CaseIterable {
        /// The file is no SQLite database or contradicts itself.
        case corrupt
        /// The disk is full, or the file or its folder cannot be written.
        case cannotWrite = "cannot-write"
        /// Another process kept the file locked for longer than a minute.
        case busy
        /// A newer octovault made the file.
        case newerFormat = "newer-format"
        /// SQLite refused a statement: a bug.
        case failed
    }

    package let code: Code
    /// One sentence that names the file.
    package let message: String
    /// What to try next, when there is something.
    package let hint: String?
    package let cause: (any Error)?

    /// Whether the same call may succeed later without a change by the operator.
    package var isTransient: Bool { code == .busy }

    init(_ code: Code, _ message: String, hint: String? = nil, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
        self.cause = cause
    }

    /// A file of the catalog that cannot be locked, by anybody.
    ///
    /// - Parameter reason: as the system gives it.
    init(noLocksFor path: String, _ reason: String, cause: (any Error)? = nil) {
        self.init(
            .cannotWrite, "\(path) cannot be locked: its file system grants no locks (\(reason))",
            hint: LockSupport.advice + ", or keep the index on another with --catalog", cause: cause)
    }

    /// What SQLite's own error means for the catalog at `path`.
    ///
    /// - Parameter lockFile: a file beside it that nobody locks as SQLite does, to tell a lock that is held from a file
    ///   system that grants none; nil where SQLite takes no locks.
    init(_ error: any Error, path: String, lockFile: String? = nil) {
        switch error {
        case let error as CatalogError:
            self = error
        case let error as DatabaseError:
            // SQLite takes some refusals for a lock that is held, and some for a failure of the device.
            let mayBeLocks = [.SQLITE_BUSY, .SQLITE_IOERR, .SQLITE_PROTOCOL].contains(error.resultCode)
            if mayBeLocks, let reason = lockFile.flatMap({ LockSupport.refusal(on: $0) }) {
                self.init(noLocksFor: path, reason, cause: error)
            } else {
                self.init(sqlite: error, path: path)
            }
        default:
            self.init(.failed, "the catalog \(path) failed: \(error)", cause: error)
        }
    }

    /// The database, its write-ahead log and that log's index; SQLite does not say why it cannot open one.
    private static let filesOfDatabase = 3

    private init(sqlite error: DatabaseError, path: String) {
        let reason = error.message ?? "\(error.resultCode)"
        switch error.resultCode {
        case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT, .SQLITE_SCHEMA, .SQLITE_MISMATCH:
            self.init(
                .corrupt, "the catalog \(path) is damaged: \(reason)",
                hint: "make it again from the manifests with `octovault catalog rebuild`", cause: error)
        case .SQLITE_CANTOPEN where !OpenFiles.canOpen(Self.filesOfDatabase):
            self.init(
                .cannotWrite, "the catalog \(path) cannot be opened: too many files are open",
                hint: "raise the limit of open files (ulimit -n)", cause: error)
        case .SQLITE_FULL, .SQLITE_READONLY, .SQLITE_IOERR, .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
            self.init(
                .cannotWrite, "the catalog \(path) cannot be written: \(reason)",
                hint: "check the disk's free space and the permissions of the vault's folder", cause: error)
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(
                .busy, "the catalog \(path) is locked by another process", hint: "try again once that process is done",
                cause: error)
        default:
            self.init(.failed, "the catalog \(path) failed: \(reason)", cause: error)
        }
    }
}
