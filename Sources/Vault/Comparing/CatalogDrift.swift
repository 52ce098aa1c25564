import Archive
import Catalog

/// How far the catalog is from the manifests.
package struct CatalogDrift: Sendable {
    /// Folders looked at.
    package internal(set) var folders = 0
    /// Folders that changed since they were indexed, and whose manifests were read.
    package internal(set) var changed = 0
    /// What the catalog says otherwise than the manifests, and manifests that do not read.
    package internal(set) var damages: [Damage] = []

    package init() {}
}

extension SnapshotVault {
    /// Compares the catalog with the manifests as far as folders changed since they were indexed: where a folder's
    /// modification time is the one indexed, no manifest in it is read. Nothing is put right, and no lock is taken.
    ///
    /// - Throws: ``VaultError``, `CancellationError`.
    /// - Complexity: O(*n*) in folders, and in the manifests of those that changed.
    package func findCatalogDrift() throws -> CatalogDrift {
        do {
            var drift = CatalogDrift()
            guard hasCatalogFile else { return drift }
            drift.damages = try catalog.findInconsistencies().map {
                Damage(.catalogDamaged, Self.catalogName, "\(Self.catalogName): \($0)")
            }
            guard drift.damages.isEmpty else { return drift }
            let verifier = FolderVerifier(
                vault: self, options: VerifyOptions(), now: now, usesCatalog: true, knownDamaged: [:])
            for source in try layout.sources(files) {
                for name in try layout.taskFolderNames(of: source, files) {
                    try compare("\(ArchiveLayout.sourceFolder(source))/vault_task=\(name)", verifier, &drift)
                }
            }
            drift.damages.joinCatalogDifferences()
            return drift
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw VaultError(error)
        }
    }

    private func compare(_ taskFolder: String, _ verifier: FolderVerifier, _ drift: inout CatalogDrift) throws {
        var indexed = try catalog.folders(below: taskFolder)
        for folder in try layout.dateFolders(in: taskFolder, files) {
            try Task.checkCancellation()
            drift.folders += 1
            let modified = try files.status(layout.path(folder))?.modified
            if let known = indexed.removeValue(forKey: folder), let known, known == modified { continue }
            drift.changed += 1
            var report = FolderReport(folder: folder)
            let scan = try FolderScan(folder, layout, files)
            report.damages = scan.damages
            try verifier.compareCatalog(scan, &report)
            drift.damages += report.damages
        }
        for folder in indexed.keys.sorted() {
            for record in try catalog.snapshots(inFolder: folder) {
                drift.damages.append(FolderVerifier.missing(record.path))
            }
        }
    }
}
