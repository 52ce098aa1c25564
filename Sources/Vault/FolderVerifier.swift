internal import Archive
internal import Catalog
internal import Foundation
internal import StorageTime

/// What verifying one date folder found.
struct FolderReport: Sendable {
    var folder: String
    var snapshots = 0
    var rows = 0
    var bytes = 0
    var skipped = 0
    var damages: [Damage] = []
    /// The windows of the sound manifests, for the search for overlaps.
    var windows: [(window: Window, manifest: String)] = []
    var verifications: [VerificationRecord] = []
    /// Snapshots to be taken again.
    var damagedSnapshots: [DamageRecord] = []
    /// Manifests of snapshots that were found damaged before, and are sound.
    var sound: [String] = []

    mutating func keepDamages(_ isKept: (Damage) -> Bool) {
        damages = damages.filter(isKept)
        let manifests = Set(damages.map(\.manifest))
        damagedSnapshots.removeAll { !manifests.contains($0.path) }
    }

    init(folder: String) {
        self.folder = folder
    }

    /// The report of a folder that cannot be read.
    init(unreadable folder: String, _ error: ArchiveError) {
        self.init(folder: folder)
        damages = [Damage(.folderUnreadable, folder, error.message, hint: error.hint)]
    }
}

/// Verifies date folders: each manifest, the archive that it names, archives that none names, and the catalog's records.
struct FolderVerifier: Sendable {
    let vault: SnapshotVault
    let options: VerifyOptions
    let now: Date
    /// Whether the index is compared with the manifests.
    let usesCatalog: Bool
    /// Manifests of snapshots that were found damaged before: these are read whatever else was verified.
    let knownDamaged: [String: Damage.Code]

    /// Verifies a folder. Since writers may be at work, what is found wrong is looked at again: with the task held, where
    /// it becomes free; else only what stays wrong in the very same way counts.
    func run(_ folder: String) async throws -> FolderReport {
        do {
            return try await runReadable(folder)
        } catch let error as ArchiveError where error.code == .cannotRead {
            return FolderReport(unreadable: folder, error)
        }
    }

    /// How long a writer gets to be done, between two looks, in milliseconds.
    private static let pauses = [0, 20, 50, 100, 200, 400]

    private func runReadable(_ folder: String) async throws -> FolderReport {
        var report = try look(folder)
        for pause in Self.pauses where !report.damages.isEmpty {
            if vault.isReadOnly { return try look(folder) }
            if let lock = try hold(folder) {
                defer { lock.release() }
                return try look(folder)
            }
            try await Task.sleep(for: .milliseconds(pause))
            let before = Set(report.damages)
            report = try look(folder)
            // An archive waits for its manifest between two renames, for as long as the device takes: while a writer holds
            // the task, one without a manifest is no damage.
            report.keepDamages { $0.code != .archiveUnnamed && before.contains($0) }
        }
        return report
    }

    private func hold(_ folder: String) throws -> FileLock? {
        guard !vault.isReadOnly, let name = ArchiveLayout.parse(dateFolder: folder)?.taskFolderName,
            case .taken(let lock) = try FileLock.attempt(
                vault.layout.path("\(SnapshotVault.locksName)/\(name).lock"),
                processID: vault.configuration.processID)
        else { return nil }
        return lock
    }

    private func look(_ folder: String) throws -> FolderReport {
        var report = FolderReport(folder: folder)
        let scan = try FolderScan(folder, vault.layout, vault.files)
        for (damage, name) in zip(scan.damages, scan.damagedSnapshots) where isWanted(name.window) {
            report.damages.append(damage)
            if let record = record(of: damage, name, folder) { report.damagedSnapshots.append(record) }
        }
        let since = usesCatalog || !vault.hasCatalogFile ? options.since : nil
        let known = try since.map { try vault.catalog.verifications(below: folder, since: $0) } ?? [:]
        for (record, manifest) in scan.manifests where isWanted(record.window) {
            report.snapshots += 1
            if let window = record.window { report.windows.append((window, record.path)) }
            if knownDamaged[record.path] == nil, let verified = known[record.path],
                verified.archiveSHA256 == record.archiveSHA256,
                verified.isDeep || !options.isDeep, try isInPlace(manifest, folder)
            {
                report.skipped += 1
            } else {
                try read(record, manifest, &report)
            }
        }
        addUnnamed(scan, &report)
        if usesCatalog { try compareCatalog(scan, &report) }
        return report
    }

    /// Whether the archives that the manifest names are there, by their sizes.
    private func isInPlace(_ manifest: Manifest, _ folder: String) throws -> Bool {
        let archives = (manifest.archive.map { [$0] } ?? []) + manifest.superseded.map(\.archive)
        return try archives.allSatisfy { archive in
            try vault.files.status(vault.layout.path("\(folder)/\(archive.file)"))?.size == archive.bytes
        }
    }

    private func isWanted(_ window: Window?) -> Bool {
        guard let range = options.range else { return true }
        return window.map(range.overlaps) ?? false
    }

    private func read(_ record: SnapshotRecord, _ manifest: Manifest, _ report: inout FolderReport) throws {
        let check = SnapshotCheck(deep: options.isDeep, files: vault.files)
        let findings = try check.run(manifest, folder: vault.layout.path(report.folder))
        report.rows += findings.rows
        report.bytes += findings.bytes
        let damages = findings.problems.compactMap { Damage($0, manifest: record.path) }
        report.damages += damages
        if let first = damages.first {
            report.damagedSnapshots.append(
                DamageRecord(
                    path: record.path, task: record.task, source: record.source, host: record.host,
                    window: record.window, archiveSHA256: record.archiveSHA256, code: first.code.rawValue, foundAt: now)
            )
        } else if let known = knownDamaged[record.path], options.isDeep || !known.needsEveryRow {
            report.sound.append(record.path)
        }
        if findings.problems.isEmpty, let sha256 = record.archiveSHA256 {
            report.verifications.append(
                VerificationRecord(
                    path: record.path, archiveSHA256: sha256, verifiedAt: now, isDeep: options.isDeep))
        }
    }

    /// What to remember of a damaged manifest; nil where it lies in another's place, or is of no damage to the window.
    private func record(of damage: Damage, _ name: SnapshotName, _ folder: String) -> DamageRecord? {
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
    private func addUnnamed(_ scan: FolderScan, _ report: inout FolderReport) {
        var manifests: [SnapshotName: Manifest] = [:]
        var replaced: Set<String> = []
        for (record, manifest) in scan.manifests {
            if case .manifest(let name) = SnapshotFileName(PathText.name(of: record.path)) {
                manifests[name] = manifest
            }
            replaced.formUnion(manifest.replaces)
        }
        for entry in scan.entries {
            let path = "\(scan.folder)/\(entry.name)"
            switch entry.kind {
            case .archive(let name, let revision):
                if scan.damagedSnapshots.contains(name) || !isWanted(name.window) { continue }
                // What an interrupted publish left of an earlier revision goes with the next sweep.
                if let manifest = manifests[name], manifest.names(entry.name) || revision < manifest.revision {
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

    private func compareCatalog(_ scan: FolderScan, _ report: inout FolderReport) throws {
        var indexed: [String: SnapshotRecord] = [:]
        for record in try vault.catalog.snapshots(inFolder: scan.folder) where isWanted(record.window) {
            indexed[record.path] = record
        }
        for (record, _) in scan.manifests where isWanted(record.window) {
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

    static func missing(_ path: String) -> Damage {
        Damage(.manifestMissing, path, "the catalog knows the manifest \(path), which is not there")
    }
}
