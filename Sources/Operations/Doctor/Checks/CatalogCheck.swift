import Vault

/// Whether the catalog says what the manifests say.
struct CatalogCheck: DoctorCheck {
    let name = "catalog"
    let vault: SnapshotVault

    func findings() throws -> [Finding] {
        let drift = try vault.findCatalogDrift()
        guard drift.damages.isEmpty else {
            return drift.damages.map { .error(.dataDamaged, $0.message, $0.hint) }
        }
        let read = drift.changed > 0 ? ", of which \(drift.changed.grouped) changed since it was indexed" : ""
        return [.ok("the catalog agrees with the manifests in \(drift.folders.counted("folder"))\(read)")]
    }
}
