package import Archive
import Catalog
import Synchronization

/// A task held by this process: what may be read for planning, and written, until it is given back.
///
/// Letting the value go gives the task back as well; so does the end of the process, however it comes.
package final class LockedTask: Sendable {
    package let vault: SnapshotVault
    package let task: TaskID
    /// What taking the task found and put right.
    package let notices: [Notice]
    /// Damaged manifests of the task.
    package let damages: [Damage]
    /// nil for a task that is only looked at.
    private let lock: FileLock?
    private let state: Mutex<State>

    struct State: Sendable {
        /// Snapshots that are there and damaged; each is set aside before it is taken anew.
        var damaged: Set<SnapshotAddress>
        /// Damaged snapshots that are set aside, and not taken anew yet.
        var quarantined: Set<SnapshotAddress>
        /// Drafts begun and neither published nor given up, by address.
        var drafts: Set<SnapshotAddress> = []
        /// Date folders in which a publish failed, perhaps behind its commit: they are to be read again.
        var unsure: Set<String> = []
        /// Date folders that the index holds as to be read again.
        var announced: Set<String> = []
    }

    init(_ vault: SnapshotVault, _ task: TaskID, _ lock: FileLock?) throws(VaultError) {
        self.vault = vault
        self.task = task
        self.lock = lock
        try vault.refreshCatalog()
        let refresh = try TaskRefresh(vault, task)
        notices = refresh.notices
        damages = refresh.damages
        state = Mutex(State(damaged: refresh.damaged, quarantined: refresh.quarantined, announced: refresh.unread))
    }

    deinit { lock?.release() }

    /// Gives the task back. Calling again does nothing; the other methods must not be called any more.
    package func release() { lock?.release() }

    func withState<Result: Sendable>(_ body: (inout sending State) -> sending Result) -> Result {
        state.withLock(body)
    }
}
