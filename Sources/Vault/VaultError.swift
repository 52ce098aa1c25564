import Archive
import Catalog

/// Why a vault could not be opened, read or written.
package struct VaultError: Error, Sendable {
    /// The closed list of reasons.
    package enum Code: String, Sendable, CaseIterable {
        /// A file or folder of the vault cannot be made, written or removed.
        case cannotWrite = "cannot-write"
        /// A file or folder of the vault is there and cannot be read.
        case cannotRead = "cannot-read"
        /// There is no vault where one was named.
        case noVault = "no-vault"
        /// The vault, its catalog or a manifest was made by a newer octovault.
        case newerFormat = "newer-format"
        /// Another process, or another job of this one, has the task.
        case locked
        /// Another process kept the catalog to itself for too long.
        case busy
        /// The task's snapshots come from another host than the account's.
        case otherHost = "other-host"
        /// The index that was named is another vault's.
        case otherVault = "other-vault"
        /// A manifest or an archive is damaged.
        case damaged
        /// Two manifests cover the same second.
        case overlap
        /// The catalog is damaged.
        case catalogDamaged = "catalog-damaged"
        /// A task id that cannot be stored.
        case badTaskID = "bad-task-id"
        /// Two task ids that differ in case only.
        case taskIDClash = "task-id-clash"
        /// A bug, stopped before it did harm.
        case inconsistent
    }

    package let code: Code
    /// One sentence for the operator, naming the path or task concerned.
    package let message: String
    /// What to try next, when there is something.
    package let hint: String?
    package let cause: (any Error)?

    /// Whether the same call may succeed later without a change by the operator.
    package var isTransient: Bool { code == .locked || code == .busy }

    package init(_ code: Code, _ message: String, hint: String? = nil, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
        self.cause = cause
    }

    /// What an error of the archives, of the catalog or of this module means for a vault.
    package init(_ error: any Error) {
        switch error {
        case let error as VaultError:
            self = error
        case let error as ArchiveError:
            self.init(Code(error.code), error.message, hint: error.hint, cause: error)
        case let error as CatalogError:
            self.init(Code(error.code), error.message, hint: error.hint, cause: error)
        default:
            self.init(.inconsistent, "the vault failed: \(error)", cause: error)
        }
    }
}

extension VaultError.Code {
    init(_ code: ArchiveError.Code) {
        self =
            switch code {
            case .cannotWrite: .cannotWrite
            case .cannotRead, .cannotReadNow, .notFound: .cannotRead
            case .badTaskID: .badTaskID
            case .taskIDClash: .taskIDClash
            case .newerFormat: .newerFormat
            default: code.isDamage ? .damaged : .inconsistent
            }
    }

    init(_ code: CatalogError.Code) {
        self =
            switch code {
            case .corrupt: .catalogDamaged
            case .cannotWrite: .cannotWrite
            case .busy: .busy
            case .newerFormat: .newerFormat
            case .failed: .inconsistent
            }
    }
}

/// Runs `body`, giving its errors as those of the vault.
func vaultErrors<Result>(_ body: () throws -> Result) throws(VaultError) -> Result {
    do { return try body() } catch { throw VaultError(error) }
}
