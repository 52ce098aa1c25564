import Archive
import Catalog
import Foundation

extension SnapshotVault {
    static let catalogName = "catalog.sqlite"
    static let locksName = "locks"
    /// Files of a copy that are not checked yet; in a copy, manifests about to be renamed into their places.
    static let incomingName = ".octovault-incoming"
    // No task's folder bears a plus sign, so that no task's lock is one of these.
    static let catalogLockName = "+catalog.lock"
    private static let markerLockName = "+vault.lock"

    private static let noVaultHint =
        "name one with --vault or OCTOVAULT_VAULT; `octovault init` sets one up, and a backfill or a run makes it"

    /// Opens the vault at `path`, or makes one there.
    ///
    /// A catalog that is missing or damaged is made again from the manifests, which takes a while for a large vault;
    /// the notices say so.
    ///
    /// - Throws: ``VaultError/Code/noVault`` where there is none and none is to be made;
    ///   ``VaultError/Code/cannotWrite`` where it is to be made or written and cannot be;
    ///   ``VaultError/Code/newerFormat``, ``VaultError/Code/damaged``, ``VaultError/Code/busy``,
    ///   ``VaultError/Code/cannotRead``.
    package static func open(
        at path: String, access: Access, configuration: VaultConfiguration = VaultConfiguration()
    ) throws(VaultError) -> SnapshotVault {
        let layout = ArchiveLayout(root: try findRoot(path, access, configuration.files))
        let isMarked = try VaultMarker.check(layout, configuration.files)
        if !isMarked {
            try requireRoom(
                layout, access, isVault: try hasSnapshots(layout, configuration.files), configuration.files)
        }
        if access == .offline || access == .reading { return try openReadOnly(layout, configuration, access, []) }
        if access == .create || FileIdentity.isWritable(folder: layout.root) {
            do throws(VaultError) {
                return try openWritable(layout, configuration, access, isMarked: isMarked)
            } catch  where access != .create && (error.code == .cannotWrite || error.code == .busy) {
                // Reading goes on wherever it can: on a full disk, without locks, with a catalog that another holds.
                let message = "\(error.message); the vault is only read"
                return try openReadOnly(
                    layout, configuration, access, [Notice(code: .readOnly, message: message)], obstacle: error)
            }
        }
        let message = "the vault \(layout.root) cannot be written and is only read"
        return try openReadOnly(layout, configuration, access, [Notice(code: .readOnly, message: message)])
    }

    private static func openWritable(
        _ layout: ArchiveLayout, _ configuration: VaultConfiguration, _ access: Access, isMarked: Bool
    ) throws(VaultError) -> SnapshotVault {
        var notices: [Notice] = []
        if !isMarked {
            let isVault = try hasSnapshots(layout, configuration.files)
            if try writeMarker(layout, configuration), isVault {
                let message = "\(VaultMarker.name) was missing from the vault \(layout.root) and was written again"
                notices.append(Notice(code: .markerRestored, message: message))
            }
        }
        if let owner = FileIdentity.otherOwner(of: layout.root) {
            let message =
                "the vault \(layout.root) belongs to another user (\(owner)); what is written now belongs to this one"
            notices.append(Notice(code: .otherOwner, message: message))
        }
        try makeLocksFolder(layout, configuration.files)
        let (catalog, more) = try openCatalog(layout, configuration)
        return SnapshotVault(
            layout: layout, configuration: configuration, access: access, isReadOnly: false, notices: notices + more,
            catalog: catalog)
    }

    /// Whoever may read a lock file may also hold its lock, and keep every backup waiting: the folder is its owner's
    /// alone.
    private static func makeLocksFolder(_ layout: ArchiveLayout, _ files: any Files) throws(VaultError) {
        _ = try vaultErrors { try files.makeFolder(layout.path(locksName)) }
        FileIdentity.closeToOthers(folder: layout.path(locksName))
    }

    /// Writes the marker, unless another process has by now.
    private static func writeMarker(
        _ layout: ArchiveLayout, _ configuration: VaultConfiguration
    ) throws(VaultError) -> Bool {
        try makeLocksFolder(layout, configuration.files)
        let lock = try FileLock.wait(
            layout.path("\(locksName)/\(markerLockName)"), limit: configuration.lockWait)
        defer { lock.release() }
        if try VaultMarker.check(layout, configuration.files) { return false }
        try VaultMarker.write(layout, tool: configuration.tool, now: configuration.now(), configuration.files)
        return true
    }

    /// The folder that `path` names, made where it is to be.
    private static func findRoot(_ path: String, _ access: Access, _ files: any Files) throws(VaultError) -> String {
        try vaultErrors {
            if let resolved = FileIdentity.resolve(path) {
                guard try files.status(resolved)?.kind == .folder else {
                    throw VaultError(
                        access == .create ? .cannotWrite : .noVault,
                        "the vault's path \(path) names a file, not a folder", hint: "name a folder with --vault")
                }
                return resolved
            }
            guard access == .create else {
                throw VaultError(
                    .noVault, "there is no vault at \(path)",
                    hint: noVaultHint)
            }
            if try files.status(path)?.kind == .link, FileIdentity.resolve(path) == nil {
                throw VaultError(
                    .cannotWrite, "the vault's path \(path) is a symbolic link that leads nowhere",
                    hint: "make the folder that it points to, or name another with --vault")
            }
            // The new folders' names must be as durable as what comes to lie in them.
            for made in try files.makeFolders(path) { try files.synchronize(folder: PathText.parent(of: made)) }
            guard let resolved = FileIdentity.resolve(path) else {
                throw VaultError(.cannotWrite, "the vault's folder \(path) was made and is gone again")
            }
            return resolved
        }
    }

    private static func hasSnapshots(_ layout: ArchiveLayout, _ files: any Files) throws(VaultError) -> Bool {
        try vaultErrors { try !layout.sources(files).isEmpty }
    }

    /// Refuses to make a vault of a folder that holds something else.
    private static func requireRoom(
        _ layout: ArchiveLayout, _ access: Access, isVault: Bool, _ files: any Files
    ) throws(VaultError) {
        if isVault { return }
        guard access == .create else {
            throw VaultError(
                .noVault, "the folder \(layout.root) is no vault: it has no \(VaultMarker.name)",
                hint: noVaultHint)
        }
        // Another process may be making the vault at this very moment.
        let own = [locksName, incomingName, "lost+found", VaultMarker.name, SnapshotFileName.partial(VaultMarker.name)]
        let names = try vaultErrors { try files.list(layout.root) }
        if let other = names.first(where: {
            !own.contains($0) && !OtherPrograms.left($0) && !$0.hasPrefix(catalogName) && !$0.hasPrefix("vault_source=")
        }) {
            throw VaultError(
                .cannotWrite, "the folder \(layout.root) is no vault and is not empty: it holds '\(other)'",
                hint: "name an empty or a new folder with --vault")
        }
    }

    private static func openReadOnly(
        _ layout: ArchiveLayout, _ configuration: VaultConfiguration, _ access: Access, _ notices: [Notice],
        obstacle: VaultError? = nil
    ) throws(VaultError) -> SnapshotVault {
        var notices = notices
        var catalog =
            access == .offline ? nil : try? SnapshotCatalog.openReadOnly(path: configuration.catalogPath(of: layout))
        if (try? catalog?.isBuilt()) != true { catalog = nil }
        if let catalog {
            let owner = CatalogOwner(layout, configuration)
            try owner.checkPlace()
            try owner.check(catalog, isReadOnly: true)
        }
        if catalog == nil {
            let new = try vaultErrors { try SnapshotCatalog.inMemory(now: configuration.now()) }
            let report = try rebuild(new, layout, configuration)
            if access != .offline {
                notices.append(
                    Notice(
                        code: .catalogRebuilt,
                        message: "the catalog of \(layout.root) cannot be read; \(report.snapshots) manifests were read"
                            + " instead"))
            }
            notices += report.notices
            catalog = new
        }
        guard let catalog else { throw VaultError(.inconsistent, "there is no index of \(layout.root)") }
        guard access == .pruning, FileIdentity.isWritable(folder: layout.root) else {
            return SnapshotVault(
                layout: layout, configuration: configuration, access: access, isReadOnly: true, notices: notices,
                catalog: catalog, obstacle: obstacle)
        }
        return SnapshotVault(
            layout: layout, configuration: configuration, access: access, isReadOnly: false, notices: [],
            catalog: try vaultErrors { try catalog.privateCopy() })
    }

    /// Opens the catalog, filling it from the manifests where it is new.
    static func openCatalog(
        _ layout: ArchiveLayout, _ configuration: VaultConfiguration
    ) throws(VaultError) -> (SnapshotCatalog, [Notice]) {
        let owner = CatalogOwner(layout, configuration)
        try owner.checkPlace()
        let catalog = try vaultErrors {
            try SnapshotCatalog.open(
                path: configuration.catalogPath(of: layout), lockFile: configuration.catalogLockPath(of: layout),
                replacingDamaged: true, now: configuration.now(), wait: configuration.openWait)
        }
        try owner.check(catalog, isReadOnly: false)
        guard try vaultErrors({ try !catalog.isBuilt() }) else { return (catalog, []) }
        let report = try rebuild(catalog, layout, configuration, onlyIfUnbuilt: true)
        var notices = report.notices
        let why = catalog.quarantined.map { "damaged (it is kept as \($0))" }
        if why != nil || report.snapshots > 0 {
            notices.insert(
                Notice(
                    code: .catalogRebuilt,
                    message: "the catalog of \(layout.root) was \(why ?? "missing") and was made again from"
                        + " \(report.snapshots) manifests; the history of runs begins anew"), at: 0)
        }
        return (catalog, notices)
    }
}
