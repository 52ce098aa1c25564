package import Archive
import Catalog
import StorageTime

extension SnapshotVault {
    /// Takes a task: until the lock is given back, no other process and no other job of this one reads the task's
    /// coverage to plan by it, or writes to it.
    ///
    /// What a dead process left behind is swept, and folders that changed since they were indexed are indexed again.
    ///
    /// - Throws: ``VaultError/Code/locked``, saying who has the task; ``VaultError/Code/taskIDClash``;
    ///   ``VaultError/Code/newerFormat``, ``VaultError/Code/cannotWrite``, ``VaultError/Code/cannotRead``;
    ///   `CancellationError` while waiting.
    package func lock(_ task: TaskID, wait: LockWait) async throws -> LockedTask {
        if access == .reading { return try look(at: task, wait) }
        var isTold = false
        while true {
            switch try attemptLock(task) {
            case .taken(let lock):
                return try LockedTask(self, task, lock)
            case .held(let holder):
                guard let poll = wait.poll else { throw Self.locked(task, holder) }
                if !isTold { wait.onHeld(holder) }
                isTold = true
                try await poll()
            }
        }
    }

    /// The task as it would be taken, without its lock: nothing is swept, and what is found is told to nobody but the
    /// caller.
    private func look(at task: TaskID, _ wait: LockWait) throws(VaultError) -> LockedTask {
        if wait.poll == nil, case .held(let holder) = FileLock.look(lockPath(of: task)) {
            throw Self.locked(task, holder)
        }
        adopt(try index(of: [task]))
        return try LockedTask(self, task, nil)
    }

    private func lockPath(of task: TaskID) -> String {
        layout.path("\(Self.locksName)/\(task.folderName).lock")
    }

    /// Takes a task where it is free; nil where another has it, or where the vault is only read.
    func lockIfFree(_ task: TaskID) throws(VaultError) -> LockedTask? {
        guard !isReadOnly, case .taken(let lock) = try attemptLock(task) else { return nil }
        return try LockedTask(self, task, lock)
    }

    /// Brings the index up to date with folders that were changed by other means than this program, as far as no other
    /// process has the tasks concerned: one that has keeps the index up to date itself.
    ///
    /// - Parameter tasks: nil for all tasks.
    package func refresh(tasks: [TaskID]? = nil) throws(VaultError) {
        guard !isReadOnly else { return }
        let all = if let tasks { tasks } else { try storedTasks() }
        for task in all { try lockIfFree(task)?.release() }
    }

    /// The tasks that have folders in the vault, in order. Ids too long for a folder's name are known only from
    /// manifests.
    package func storedTasks() throws(VaultError) -> [TaskID] {
        try vaultErrors {
            var tasks: Set<TaskID> = []
            for source in try layout.sources(files) {
                for name in try layout.taskFolderNames(of: source, files) {
                    if let task = TaskID(folderName: name) { tasks.insert(task) }
                }
            }
            for series in try catalog.series() { tasks.insert(try TaskID(series.task)) }
            return tasks.sorted()
        }
    }

    private func attemptLock(_ task: TaskID) throws(VaultError) -> FileLock.Attempt {
        guard !isReadOnly else {
            throw obstacle
                ?? VaultError(
                    .cannotWrite, "the vault \(root) cannot be written",
                    hint: "check the folder's owner, mount and permissions")
        }
        return try FileLock.attempt(lockPath(of: task), processID: configuration.processID)
    }

    private static func locked(_ task: TaskID, _ holder: Int32?) -> VaultError {
        VaultError(
            .locked, "task \(task) is taken by " + (holder.map { "process \($0)" } ?? "another process"),
            hint: "wait until it is done, or leave --no-wait out to have this command wait")
    }
}
