import Archive
import OctoparseAPI
import Vault

/// Which errors make it pointless to go on with a task's further windows, or with further tasks.
enum FailureScope {
    static func stopsTask(_ error: any Error) -> Bool {
        switch error {
        case let error as SnapshotError: error.code != .unstable
        case let error as APIError: ![.malformed, .tooLarge].contains(error.code)
        default: true
        }
    }

    /// Whether other tasks would fare no better: the account, the server or the vault is at fault.
    static func stopsRun(_ error: any Error) -> Bool {
        switch error {
        case is SnapshotError: false
        case let error as APIError: ![.taskUnknown, .malformed, .tooLarge, .unexpected].contains(error.code)
        case let error as ArchiveError: error.code == .cannotWrite
        case let error as VaultError: [.cannotWrite, .newerFormat, .catalogDamaged].contains(error.code)
        default: false
        }
    }
}
