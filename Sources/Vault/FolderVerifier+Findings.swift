import Archive
import Catalog
import Records
import StorageTime

extension FolderVerifier {
    /// What to remember of a damaged manifest; nil where it lies in another's place, or is of no damage to the window.
    func record(of damage: Damage, _ name: SnapshotName, _ folder: String) -> DamageRecord? {
        guard damage.code != .newerFormat, damage.code != .manifestMisplaced,
            let parts = ArchiveLayout.parse(dateFolder: folder), let task = TaskID(folderName: parts.taskFolderName)
        else { return nil }
        let address = SnapshotAddress(source: parts.source, task: task, name: name)
        guard address.manifestPath == damage.manifest else { return nil }
        return DamageRecord(
            path: damage.manifest, task: task.text, source: parts.source, window: name.window,
            code: damage.code.rawValue, foundAt: now)
    }

    /// Names archives without a manifest, and files that look like the vault's and are none.
    func addUnnamed(_ scan: FolderScan, _ report: inout FolderReport) {
        var manifests: [SnapshotName: Manifest] = [:]
        var replaced: Set<String> = []
        for (record, manifest) in scan.manifests {
            if case .manifest(let name) = SnapshotFileName(PathText.name(of: record.path)) {
                manifests[name] = manifest
            }
            replaced.formUnion(manifest.replaces)
        }
        for entry in scan.entries where !OtherPrograms.left(entry.name) {
            let path = "\(scan.folder)/\(entry.name)"
            switch entry.kind {
            case .archive(let name, let revision):
                if scan.damagedSnapshots.contains(name) || !isWanted(name.window) { continue }
                // What an interrupted publish or prune left goes with the next sweep.
                if let manifest = manifests[name],
                    manifest.names(entry.name) || manifest.hasReplaced(entry.name, revision: revision)
                {
                    continue
                }
                if manifests[name] == nil, replaced.contains(name.manifestName) { continue }
                report.damages.append(Damage(.archiveUnnamed, path, "\(path) is named by no manifest"))
            case .foreign where entry.name.hasSuffix(".ndjson.gz") && options.range == nil:
                report.damages.append(Damage(.archiveUnnamed, path, "\(path) bears no archive's name"))
            case .foreign where entry.name.hasSuffix(".manifest.json") && options.range == nil:
                report.damages.append(Damage(.manifestMisplaced, path, "\(path) bears no manifest's name"))
            default: continue
            }
        }
    }

    func compareCatalog(_ scan: FolderScan, _ report: inout FolderReport) throws {
        var indexed: [String: SnapshotRecord] = [:]
        for record in try vault.catalog.snapshots(inFolder: scan.folder) where isWanted(record.window) {
            indexed[record.path] = record
        }
        let unfinished = scan.manifests.filter { record, manifest in
            indexed[record.path] == nil && isUnfinished(manifest, scan.folder, &indexed)
        }.map(\.record.path)
        for (record, _) in scan.manifests where isWanted(record.window) && !unfinished.contains(record.path) {
            guard var known = indexed.removeValue(forKey: record.path) else {
                var damage = Damage(
                    .catalogDiffers, record.path, "the catalog does not know the manifest \(record.path)")
                damage.evidence = record.manifestSHA256
                report.damages.append(damage)
                continue
            }
            // The catalog keeps a task's newest name only.
            known.taskName = record.taskName
            if known != record {
                var damage = Damage(.catalogDiffers, record.path, "the catalog and the manifest \(record.path) differ")
                damage.evidence = "\(known.manifestSHA256) \(record.manifestSHA256)"
                report.damages.append(damage)
            }
        }
        let damaged = Set(report.damages.map(\.manifest))
        for path in indexed.keys.sorted() where !damaged.contains(path) {
            report.damages.append(Self.missing(path))
        }
    }

    /// Whether the index still has what a compacted manifest stands for: a compaction was cut short, and whoever takes
    /// the task next completes it. What it stands for is none that is missing then.
    private func isUnfinished(
        _ manifest: Manifest, _ folder: String, _ indexed: inout [String: SnapshotRecord]
    ) -> Bool {
        let known = manifest.replaces.map { "\(folder)/\($0)" }.filter { indexed[$0] != nil }
        let isAlike = known.allSatisfy { path in
            indexed[path]?.windows.allSatisfy { facts in
                manifest.part(of: facts.window)?.rowsDigest.hex == facts.rowsDigest
            } ?? false
        }
        guard !known.isEmpty, isAlike else { return false }
        for path in known { indexed[path] = nil }
        return true
    }

    static func missing(_ path: String) -> Damage {
        Damage(.manifestMissing, path, "the catalog knows the manifest \(path), which is not there")
    }
}
