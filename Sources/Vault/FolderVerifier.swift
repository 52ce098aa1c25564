import Archive
import Catalog
import Foundation
import Records
import StorageTime

/// Verifies date folders: each manifest, the archive that it names, archives that none names, and the catalog's
/// records.
struct FolderVerifier: Sendable {
    let vault: SnapshotVault
    let options: VerifyOptions
    let now: Date
    /// Whether the index is compared with the manifests.
    let usesCatalog: Bool
    /// Manifests of snapshots that were found damaged before: these are read whatever else was verified.
    let knownDamaged: [String: Damage.Code]
    private let check: SnapshotCheck

    init(
        vault: SnapshotVault, options: VerifyOptions, now: Date, usesCatalog: Bool, knownDamaged: [String: Damage.Code]
    ) {
        self.vault = vault
        self.options = options
        self.now = now
        self.usesCatalog = usesCatalog
        self.knownDamaged = knownDamaged
        check = SnapshotCheck(deep: options.isDeep, files: vault.files)
    }

    /// Verifies a folder. Since writers may be at work, what is found wrong is looked at again: with the task held,
    /// where it becomes free; else only what stays wrong in the very same way counts.
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
            // An archive waits for its manifest between two renames, for as long as the device takes: while a writer
            // holds the task, one without a manifest is no damage.
            report.keepDamages { $0.code != .archiveUnnamed && before.contains($0) }
        }
        return report
    }

    private func hold(_ folder: String) throws -> FileLock? {
        guard !vault.isReadOnly, let name = ArchiveLayout.parse(dateFolder: folder)?.taskFolderName,
            case .taken(let lock)? = try? FileLock.attempt(
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
        if usesCatalog {
            try compareCatalog(scan, &report)
            try leaveOutUnfinished(&report)
        }
        return report
    }

    /// Whether the archives that the manifest names are there, by their sizes.
    private func isInPlace(_ manifest: Manifest, _ folder: String) throws -> Bool {
        let archives = (manifest.archive.map { [$0] } ?? []) + manifest.superseded.map(\.archive)
        return try archives.allSatisfy { archive in
            try vault.files.status(vault.layout.path("\(folder)/\(archive.file)"))?.size == archive.bytes
        }
    }

    func isWanted(_ window: Window?) -> Bool {
        guard let range = options.range else { return true }
        return window.map(range.overlaps) ?? false
    }

    private func read(_ record: SnapshotRecord, _ manifest: Manifest, _ report: inout FolderReport) throws {
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
}
