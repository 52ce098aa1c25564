import Foundation

/// A lock that is taken to see that the file system has such.
package final class LockTrial: Sendable {
    private let lock: FileLock

    private init(_ lock: FileLock) { self.lock = lock }

    /// - Throws: ``VaultError/Code/cannotWrite`` where there are no locks; ``VaultError/Code/locked`` where another
    ///   process tries the same at this moment.
    package static func take(_ path: String) throws(VaultError) -> LockTrial {
        switch try FileLock.attempt(path, processID: ProcessInfo.processInfo.processIdentifier) {
        case .taken(let lock): return LockTrial(lock)
        case .held: throw VaultError(.locked, "\(path) is held by another process")
        }
    }

    package func release() { lock.release() }
}
