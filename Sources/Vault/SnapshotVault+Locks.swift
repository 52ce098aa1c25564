import Archive

/// A task that a process holds.
package struct HeldLock: Sendable, Hashable {
    /// The name of the task's folder, which is its id unless that holds strange letters or is long.
    package let task: String
    /// nil where the lock file does not tell.
    package let processID: Int32?

    package init(task: String, processID: Int32?) {
        self.task = task
        self.processID = processID
    }
}

extension SnapshotVault {
    /// The tasks that are held at the moment, by this process or another, in order. Nothing is written.
    ///
    /// - Complexity: O(*n*) in the tasks that were ever held.
    package func heldLocks() throws(VaultError) -> [HeldLock] {
        let folder = layout.path(Self.locksName)
        guard try vaultErrors({ try files.status(folder) }) != nil else { return [] }
        let names = try vaultErrors { try files.list(folder) }
        return names.compactMap { name in
            // The vault's own, held for moments only.
            guard name.hasSuffix(Self.lockSuffix), !name.hasPrefix("+"),
                case .held(let holder) = FileLock.look("\(folder)/\(name)")
            else { return nil }
            return HeldLock(task: String(name.dropLast(Self.lockSuffix.count)), processID: holder)
        }
    }

    private static let lockSuffix = ".lock"
}

extension SnapshotVault {
    /// The folder of the lock files; nil where the vault is only read.
    package var lockFolder: String? { isReadOnly ? nil : layout.path(Self.locksName) }
}
