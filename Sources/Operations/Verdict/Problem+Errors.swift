import Archive
import Catalog
import Gzip
import Jobs
import OctoparseAPI
import Restore
import RowJSON
import Snapshots
import StorageTime
import Vault

extension Problem {
    /// What any error is to the person at the terminal: the one place where errors become statuses.
    package init(_ error: any Error) {
        switch error {
        case let error as Problem: self = error
        case let error as SnapshotError: self = Self.snapshot(error)
        case let error as APIError: self = Self.api(error)
        case let error as StorageTimeError:
            self.init(.usage, code: error.code.rawValue, error.message, hint: error.hint)
        case let error as JobFilesError: self.init(.badConfiguration, code: "bad-jobs", error.message)
        case let error as AccountError:
            self.init(.badConfiguration, code: error.code.rawValue, error.message, hint: error.hint)
        case let error as VaultError: self = Self.vault(error)
        case let error as ArchiveError: self = Self.vault(VaultError(error))
        case let error as CatalogError: self = Self.vault(VaultError(error))
        case let error as RestoreError: self = Self.restore(error)
        case let error as CopyError: self = Self.copy(error)
        case is CancellationError: self.init(.interrupted, code: "cancelled", "stopped before the end")
        default:
            self.init(
                .defect, code: "defect", "an error that octovault does not know: \(error)",
                hint: "this is a defect of octovault, please report it")
        }
    }

    /// The status where other windows or tasks went well: what only concerns one task leaves "try again later".
    package var statusAmongOthers: ExitStatus {
        status == .usage ? .tryAgain : status
    }

    /// The status of a command that named the task concerned among others.
    package var statusOfNamedTask: ExitStatus { isUnknownTask ? status : statusAmongOthers }

    private static func snapshot(_ error: SnapshotError) -> Problem {
        let status: ExitStatus =
            switch error.code {
            case .unstable, .cursorUnusable: .tryAgain
            case .instantRefused, .noCursors: .badConfiguration
            case .intervalOpen, .totalIsOfTask, .intervalIgnored, .tooMuch: .unavailable
            case .rowCountMismatch: .defect
            case .rowsLost, .lotEmpty: .dataDamaged
            }
        return Problem(status, code: error.code.rawValue, error.message, hint: error.hint)
    }

    private static func vault(_ error: VaultError) -> Problem {
        let status: ExitStatus =
            switch error.code {
            case .cannotWrite, .cannotRead: .cannotWrite
            case .noVault, .newerFormat, .otherHost, .otherVault: .badConfiguration
            case .locked, .busy: .tryAgain
            case .damaged, .overlap, .catalogDamaged: .dataDamaged
            case .badTaskID, .taskIDClash: .usage
            case .inconsistent: .defect
            }
        return Problem(status, code: error.code.rawValue, error.message, hint: error.hint)
    }

    private static func copy(_ error: CopyError) -> Problem {
        let status: ExitStatus =
            switch error.code {
            case .badRemote: .usage
            case .noProgram, .failed, .gone, .tooMuch: .unavailable
            }
        return Problem(status, code: error.code.rawValue, error.message, hint: error.hint)
    }

    private static func restore(_ error: RestoreError) -> Problem {
        let status: ExitStatus =
            switch error.code {
            case .windowCut, .badColumn, .badOption, .noSuchCapture: .usage
            case .nothingArchived, .gaps, .overlap, .damaged: .dataDamaged
            case .changed: .tryAgain
            case .cannotRead, .cannotWrite: .cannotWrite
            case .outputClosed: .done
            }
        return Problem(status, code: error.code.rawValue, error.message, hint: error.hint)
    }

    private static func api(_ error: APIError) -> Problem {
        // Why there is no password is for the account to say, in words that hold none.
        if let cause = error.cause as? AccountError { return Problem(cause) }
        let status: ExitStatus =
            switch error.code {
            case .credentialsRefused, .unauthorized, .notAllowed: .noPermission
            case .taskUnknown: .usage
            case .badConfiguration, .insecure, .wrongAPI: .badConfiguration
            case .pageSize, .wrongMethod: .defect
            case .rateLimited, .serverError, .unavailable, .network, .timeout, .malformed, .tooLarge, .redirectRefused,
                .tls, .unexpected:
                .unavailable
            }
        return Problem(status, code: error.code.rawValue, error.message, hint: error.hint)
    }
}
