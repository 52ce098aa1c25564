import Archive
package import Vault

extension ComparisonInput {
    /// The tasks of two folders, with the names that vaults have for them. A list is not read for it.
    ///
    /// - Throws: ``VaultError``.
    /// - Complexity: a look at a vault's catalog; O(*n*) in the manifests of a folder without one.
    package func directory(with other: ComparisonInput) throws -> TaskDirectory {
        var entries: [TaskDirectory.Entry] = []
        for case .folder(let path) in [self, other] {
            let vault = try SnapshotVault.open(at: path, access: .reading)
            defer { vault.close() }
            entries += try vault.directory(isFresh: false).entries
        }
        return TaskDirectory(entries, place: "A and B")
    }
}
