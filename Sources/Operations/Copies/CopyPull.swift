package import Archive
import Foundation
import Records
package import StorageTime
package import Vault

/// Makes a vault of a copy, or brings to one what it lacks of it: each snapshot is checked here before its manifest is
/// published.
package struct CopyPull: Sendable {
    private let vault: SnapshotVault
    private let store: any CopyStore
    private let tasks: [TaskID]?
    private let range: Window?
    private let takesManifestsOnly: Bool
    private let progress: @Sendable (PullReport) -> Void

    /// So many snapshots are fetched together.
    static let batchSize = 500

    /// - Parameters:
    ///   - tasks: nil for all that the copy holds.
    ///   - range: only windows that overlap it; nil for all, captures among them.
    ///   - takesManifestsOnly: leaves the archives where they are.
    package init(
        vault: SnapshotVault, store: any CopyStore, tasks: [TaskID]?, range: Window?, takesManifestsOnly: Bool,
        progress: @escaping @Sendable (PullReport) -> Void = { _ in }
    ) {
        self.vault = vault
        self.store = store
        self.tasks = tasks
        self.range = range
        self.takesManifestsOnly = takesManifestsOnly
        self.progress = progress
    }

    /// - Throws: ``CopyError``, ``VaultError``, `CancellationError`. What was published until then stays.
    /// - Complexity: O(*n*) in the copy's files and the bytes fetched; memory for one task's names and one batch's
    ///   manifests; room on the disk for one batch beside the vault's own. The increments of a task are one batch.
    package func run() async throws -> PullReport {
        let start = Date()
        var report = PullReport(remote: store.name)
        let staging = try PullStaging(vault: vault)
        defer { staging.remove() }
        for folder in try await folders() {
            let paths = try await store.list(folder).keys.filter(isWanted).sorted { $0.precedesInBytes($1) }
            // Increments are the parts of one whole, and are joined as such.
            let size = folder.hasPrefix(ArchiveLayout.sourceFolder(.increments)) ? paths.count : Self.batchSize
            var rest = paths[...]
            while !rest.isEmpty {
                try Task.checkCancellation()
                try await pull(Array(rest.prefix(size)), staging, &report)
                rest = rest.dropFirst(size)
                progress(report)
            }
        }
        report.seconds = Date().timeIntervalSince(start)
        return report
    }

    private func folders() async throws -> [String] {
        let all = try await store.taskFolders()
        guard !all.isEmpty else {
            throw VaultError(
                .noVault, "there is no copy of a vault at \(store.name)", hint: "octovault copy push makes one")
        }
        guard let tasks else { return all }
        let names = Set(tasks.map { "vault_task=\($0.folderName)" })
        let found = all.filter { names.contains(PathText.name(of: $0)) }
        let known = Set(found.map { PathText.name(of: $0) })
        if let missing = tasks.first(where: { !known.contains("vault_task=\($0.folderName)") }) {
            let entries = all.compactMap(ArchiveLayout.task(ofFolder:)).map {
                TaskDirectory.Entry(task: $0, name: "")
            }
            let problem = TaskDirectory(entries, place: store.name).unknown(missing.text)
            throw Problem(
                .dataDamaged, code: problem.code, "\(store.name) holds nothing of task '\(missing)'",
                hint: "\(problem.hint ?? ""); octovault copy pull, without a task, takes all that it holds")
        }
        return found
    }

    private func isWanted(_ path: String) -> Bool {
        guard case .manifest(let name) = SnapshotFileName(PathText.name(of: path)) else { return false }
        guard let range else { return true }
        return name.window.map(range.overlaps) ?? false
    }

    /// - Parameter paths: manifests of the copy.
    private func pull(_ paths: [String], _ staging: PullStaging, _ report: inout PullReport) async throws {
        try staging.empty()
        try await store.get(paths, into: staging.path)
        report.snapshots += paths.count
        let found = try staging.manifests(paths, copy: store.name)
        report.failures += found.failures
        report.bytes += found.bytes
        var needed: [ListedManifest] = []
        var incomplete: [ListedManifest] = []
        // Manifests of what is here are of use where increments are joined.
        var whole = 0
        for listed in found.sound {
            switch try vault.presence(of: listed) {
            case .whole:
                report.already += 1
                if listed.manifest.source == .increments { whole += 1 } else { try staging.remove(listed.path) }
            case .withoutArchive where takesManifestsOnly: report.already += 1
            case .withoutArchive: incomplete.append(listed)
            case .none: needed.append(listed)
            }
        }
        guard !needed.isEmpty || !incomplete.isEmpty else { return }
        if takesManifestsOnly {
            try await takeManifests(needed, staging, &report)
            return
        }
        var archives: [(path: String, facts: ArchiveFacts)] = []
        for listed in needed { archives += listed.archives }
        for listed in incomplete { archives += listed.archives }
        try await store.get(archives.map(\.path), into: staging.path)
        for archive in archives { report.bytes += archive.facts.bytes }
        for listed in incomplete {
            do {
                report.rows += try await vault.putBackArchives(of: listed, from: staging.path)
                report.pulled += 1
            } catch let error as VaultError where error.code == .damaged {
                report.failures.append(.init(path: listed.path, error: error))
            }
            try staging.remove(listed.path)
        }
        guard !needed.isEmpty else { return }
        try await merge(staging, whole: whole, &report)
    }

    /// - Parameter whole: how many of the snapshots that lie there are here already, and are counted.
    private func merge(_ staging: PullStaging, whole: Int, _ report: inout PullReport) async throws {
        let merged = try await VaultMerge(from: [staging.path], into: vault).run()
        report.pulled += merged.merged
        report.already += max(0, merged.already - whole)
        report.rows += merged.rows
        for conflict in merged.conflicts {
            report.failures.append(
                PushReport.Failure(path: conflict.path, error: VaultError(conflict.code, conflict.message)))
        }
    }

    private func takeManifests(
        _ needed: [ListedManifest], _ staging: PullStaging, _ report: inout PullReport
    ) async throws {
        for (task, listed) in Dictionary(grouping: needed, by: \.manifest.task).sorted(by: { $0.key < $1.key }) {
            let outcome = try await vault.takeManifests(listed, of: task, from: staging.path)
            report.pulled += outcome.taken
            for (path, error) in outcome.refused {
                report.failures.append(PushReport.Failure(path: path, error: error))
            }
        }
    }
}
