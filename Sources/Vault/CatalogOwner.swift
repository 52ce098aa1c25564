import Archive
import Catalog

/// Keeps an index that lies outside of its vault to one vault: what it says of one is wrong of any other.
struct CatalogOwner: Sendable {
    private let layout: ArchiveLayout
    private let configuration: VaultConfiguration
    /// The index's file; nil where it lies in the vault.
    private let path: String?

    init(_ layout: ArchiveLayout, _ configuration: VaultConfiguration) {
        self.layout = layout
        self.configuration = configuration
        path = configuration.catalogPath.flatMap { path in
            let folder = PathText.parent(of: path)
            let isOwn =
                PathText.name(of: path) == SnapshotVault.catalogName
                && FileIdentity(path: folder) == FileIdentity(path: layout.root)
            return isOwn ? nil : path
        }
    }

    /// Refuses the index that lies in another vault.
    ///
    /// - Throws: ``VaultError/Code/otherVault``.
    func checkPlace() throws(VaultError) {
        guard let path, PathText.name(of: path) == SnapshotVault.catalogName else { return }
        let folder = PathText.parent(of: path)
        let other = FileIdentity.resolve(folder) ?? folder
        let isVault = try vaultErrors {
            try configuration.files.status(PathText.join(other, VaultMarker.name))?.kind == .file
        }
        if isVault { throw refusal(other) }
    }

    /// Refuses an index that is of another vault; one that is of none yet becomes this one's.
    ///
    /// A vault that was moved keeps its index: there is none any more where it was, and both say the same moment at
    /// which it was made.
    ///
    /// - Parameter isReadOnly: notes nothing.
    /// - Throws: ``VaultError/Code/otherVault``.
    func check(_ catalog: SnapshotCatalog, isReadOnly: Bool) throws(VaultError) {
        guard path != nil else { return }
        let own = CatalogHome(path: layout.root, madeAt: VaultMarker.createdAt(layout, configuration.files))
        let noted = try vaultErrors { try catalog.home() }
        if noted == own { return }
        if let noted, try !isThisVault(noted, own) { throw refusal(noted.path) }
        guard !isReadOnly else { return }
        let now = try vaultErrors { try catalog.note(home: own, insteadOf: noted) }
        if now != own, try !isThisVault(now, own) { throw refusal(now.path) }
    }

    private func isThisVault(_ noted: CatalogHome, _ own: CatalogHome) throws(VaultError) -> Bool {
        if noted.path == own.path { return true }
        if let folder = FileIdentity(path: noted.path), folder == FileIdentity(path: own.path) { return true }
        let isThere = try vaultErrors {
            try configuration.files.status(PathText.join(noted.path, VaultMarker.name)) != nil
        }
        return !isThere && noted.madeAt == own.madeAt
    }

    private func refusal(_ other: String) -> VaultError {
        VaultError(
            .otherVault, "the index \(path ?? "") is of the vault \(other), and not of \(layout.root)",
            hint: "name another file with --catalog or OCTOVAULT_CATALOG: each vault has an index of its own")
    }
}
