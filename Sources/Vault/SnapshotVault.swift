package import Archive
package import Catalog
import Foundation
import Synchronization

/// A folder that holds snapshots, their manifests and the catalog that indexes them.
///
/// Readers take no lock. Whoever writes takes the task first: ``lock(_:wait:)``. Calls may come from any thread.
package final class SnapshotVault: Sendable {
    /// How a vault is opened.
    package enum Access: Sendable, Hashable {
        /// Makes the vault where there is none.
        case create
        /// The vault must be there. One that cannot be written is only read.
        case existing
        /// As `existing`; where the index cannot be written, as on a full disk, one that is private to this process
        /// takes its place, so that rows can still be removed.
        case pruning
        /// The vault must be there, and nothing in it is written, whatever the permissions. A task that is taken is
        /// only looked at: for dry runs.
        case reading
        /// The vault must be there, and nothing in it is written, whatever the permissions: its index is made from the
        /// manifests, in memory.
        case offline
    }

    package let layout: ArchiveLayout
    package let configuration: VaultConfiguration
    /// Whether nothing can be written; locks cannot be taken then either.
    package let isReadOnly: Bool
    /// How the vault was opened.
    let access: Access
    /// What kept the vault from being opened for writing; nil where nothing did, or nobody tried.
    let obstacle: VaultError?
    let publisher: Publisher
    /// What opening the vault found and put right.
    package let notices: [Notice]

    private struct OpenCatalog {
        var catalog: SnapshotCatalog
        /// The file as it was opened; nil for one in memory.
        var file: FileIdentity?
    }

    private let opened: Mutex<OpenCatalog>
    let newerIndex = Mutex<NewerIndex?>(nil)
    let isToldOfIndex = Mutex(false)

    init(
        layout: ArchiveLayout, configuration: VaultConfiguration, access: Access, isReadOnly: Bool, notices: [Notice],
        catalog: SnapshotCatalog, obstacle: VaultError? = nil
    ) {
        self.layout = layout
        self.configuration = configuration
        self.access = access
        self.isReadOnly = isReadOnly
        self.obstacle = obstacle
        self.notices = notices
        publisher = Publisher(layout: layout, files: configuration.files)
        opened = Mutex(OpenCatalog(catalog: catalog, file: FileIdentity(path: catalog.path)))
    }

    /// The vault's path, symbolic links resolved.
    package var root: String { layout.root }
    /// The index. Histories (runs, counts, verifications) may be written to it; snapshots only with a ``LockedTask``.
    package var catalog: SnapshotCatalog { opened.withLock { $0.catalog } }

    /// Where the index lies. There may be none, and another file may take its place.
    package var catalogPath: String { configuration.catalogPath(of: layout) }

    /// Closes the index; what is called on the vault later fails. The last process to close it leaves one file, without
    /// the log of what was written.
    ///
    /// A vault let go is closed as well, but a program may end before its last task has let go.
    package func close() {
        opened.withLock { try? $0.catalog.close() }
    }

    var files: any Files { configuration.files }
    var now: Date { configuration.now() }

    /// Keeps a damaged catalog aside, and opens an empty one in its place.
    func replaceCatalog() throws(VaultError) {
        try vaultErrors {
            try opened.withLock { opened in
                try? opened.catalog.close()
                let catalog = try SnapshotCatalog.replace(
                    path: configuration.catalogPath(of: layout),
                    lockFile: configuration.catalogLockPath(of: layout), now: now,
                    wait: configuration.openWait)
                opened = OpenCatalog(catalog: catalog, file: FileIdentity(path: catalog.path))
            }
        }
    }

    /// Has another index take the place of the one there is, for this process alone.
    func adopt(_ catalog: SnapshotCatalog) {
        opened.withLock { $0 = OpenCatalog(catalog: catalog, file: nil) }
    }

    /// Goes back to the index on disk, where a private one took its place.
    ///
    /// - Returns: whether there was a private one.
    func returnToCatalogFile() throws(VaultError) -> Bool {
        guard !isReadOnly, !hasCatalogFile else { return false }
        let (catalog, _) = try Self.openCatalog(layout, configuration)
        opened.withLock { $0 = OpenCatalog(catalog: catalog, file: FileIdentity(path: catalog.path)) }
        return true
    }

    /// Opens the catalog again where another process has put another file in its place.
    func refreshCatalog() throws(VaultError) {
        guard !isReadOnly, hasCatalogFile else { return }
        try vaultErrors {
            try opened.withLock { opened in
                guard FileIdentity(path: configuration.catalogPath(of: layout)) != opened.file else { return }
                let (catalog, _) = try Self.openCatalog(layout, configuration)
                opened = OpenCatalog(catalog: catalog, file: FileIdentity(path: catalog.path))
            }
        }
    }
}
