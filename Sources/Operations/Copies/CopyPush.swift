package import Archive
import Catalog
import Foundation
import StorageTime
package import Vault

/// Brings a vault's snapshots to a copy: archives first, then the manifests that name them, as they were read.
///
/// Whenever it ends, a manifest in the copy has its archive there. Nothing is removed, unless ``prune`` asks for it.
package struct CopyPush: Sendable {
    let vault: SnapshotVault
    let store: any CopyStore
    /// nil for all.
    var tasks: [TaskID]?
    var isDryRun = false
    /// Whether files go that the vault has replaced, once what replaces them is in the copy.
    var prune = false
    /// Whether what this machine knows to be in the copy is taken to be there, and nothing is listed.
    var isQuick = false
    /// Asked between batches.
    var mayGoOn: @Sendable () -> Bool = { true }
    var progress: @Sendable (PushReport) -> Void = { _ in }

    /// So many snapshots go together: their archives, then their manifests.
    static let batchSize = 500

    package init(
        vault: SnapshotVault, store: any CopyStore, tasks: [TaskID]? = nil, isDryRun: Bool = false, prune: Bool = false,
        isQuick: Bool = false, mayGoOn: @escaping @Sendable () -> Bool = { true },
        progress: @escaping @Sendable (PushReport) -> Void = { _ in }
    ) {
        self.vault = vault
        self.store = store
        self.tasks = tasks
        self.isDryRun = isDryRun
        self.prune = prune
        self.isQuick = isQuick
        self.mayGoOn = mayGoOn
        self.progress = progress
    }

    /// - Returns: what was done; what failed is in it. Where the copy cannot be reached at all, that is the failure.
    /// - Throws: ``VaultError`` where the vault cannot be read; `CancellationError`.
    /// - Complexity: O(*n*) in the vault's snapshots, or in those that are new where it is quick; memory for the names
    ///   of one task's files and the manifests of one batch.
    package func run() async throws -> PushReport {
        let start = Date()
        var report = PushReport(remote: store.name)
        do {
            if isQuick { try await requireCopy() }
            if !isDryRun { try await pushMarker() }
            if isQuick { try await runQuick(&report) } else { try await runThorough(&report) }
        } catch let error as CopyError {
            report.failures.append(.init(path: nil, error: error))
        } catch let error as ArchiveError {
            report.failures.append(.init(path: nil, error: error))
        }
        report.seconds = Date().timeIntervalSince(start)
        if !isDryRun { try record(report) }
        return report
    }

    /// What is known to be in the copy is there only where the copy is: a disk may not be mounted, a bucket emptied. A
    /// push that lists nothing would begin another one in its place, and call it whole.
    private func requireCopy() async throws {
        guard FileManager.default.fileExists(atPath: vault.layout.path(Self.marker)),
            try vault.catalog.copies().contains(where: { $0.remote == store.name && $0.holdsAny }),
            try await !holdsMarker()
        else { return }
        throw CopyError(
            .gone, "the copy \(store.name) is gone: snapshots were brought there, and its \(Self.marker) is not there",
            hint: "mount it or bring it back; or make it anew with `octovault copy push \(store.name)`")
    }

    private func holdsMarker() async throws -> Bool {
        let scratch = try PrivateFolder()
        defer { scratch.remove() }
        try await store.get([Self.marker], into: scratch.path)
        return FileManager.default.fileExists(atPath: PathText.join(scratch.path, Self.marker))
    }

    private static let marker = "octovault.json"

    /// What makes the copy's folder a vault's.
    private func pushMarker() async throws {
        guard FileManager.default.fileExists(atPath: vault.layout.path(Self.marker)) else { return }
        do {
            try await store.put([Self.marker], from: vault.root)
        } catch let error where !(error is CancellationError) {
            // One that is there already does, whatever vault wrote it: a store may refuse to have it replaced.
            guard (try? await holdsMarker()) == true else { throw error }
        }
    }

    /// A push of some tasks alone says nothing about the others.
    private func record(_ report: PushReport) throws {
        guard !vault.isReadOnly, isQuick || tasks == nil, !report.isCutShort else { return }
        let error = report.failures.first.map { Problem($0.error).message }
        try vault.catalog.recordPush(to: store.name, at: Date(), error: error)
    }

    private func runQuick(_ report: inout PushReport) async throws {
        try vault.refresh(tasks: tasks)
        var paths: [String] = []
        try vault.catalog.forEachSnapshotBehind(store.name, tasks: tasks?.map(\.text)) { paths.append($0) }
        var rest = paths[...]
        while !rest.isEmpty {
            try Task.checkCancellation()
            guard mayGoOn() else {
                report.isCutShort = true
                return
            }
            var batch: [ListedManifest] = []
            for path in rest.prefix(Self.batchSize) {
                do throws(ArchiveError) {
                    let bytes = try Manifest.readBytes(vault.layout.path(path), files: DiskFiles())
                    let manifest = try Manifest.decode(bytes, path: path)
                    batch.append(
                        ListedManifest(path: path, manifest: manifest, sha256: Manifest.checksum(in: bytes) ?? ""))
                } catch {
                    // One that is gone was replaced by another, which is among the rest or comes next time.
                    if error.code != .notFound { report.failures.append(.init(path: path, error: error)) }
                }
            }
            rest = rest.dropFirst(Self.batchSize)
            report.snapshots += batch.count
            try await push(batch, there: nil, &report)
            progress(report)
        }
    }

    private func runThorough(_ report: inout PushReport) async throws {
        var manifests = try FolderManifests(at: vault.root, selection: ManifestSelection(tasks: tasks))
        var folder = TaskFolderPush()
        while let entry = try manifests.next() {
            let taskFolder = PathText.parent(of: PathText.parent(of: entry.path))
            if taskFolder != folder.path {
                try await finish(folder, &report)
                folder = TaskFolderPush(path: taskFolder)
                folder.there = try await store.list(taskFolder)
                folder.known =
                    vault.isReadOnly ? [:] : try vault.catalog.copied(to: store.name, below: taskFolder)
            }
            report.snapshots += 1
            switch entry {
            case .damaged(let damage):
                report.failures.append(
                    .init(path: damage.manifest, error: VaultError(.damaged, damage.message, hint: damage.hint)))
            case .sound(let listed):
                folder.note(listed)
                if folder.holds(listed) { report.already += 1 } else { folder.waiting.append(listed) }
                if folder.waiting.count >= Self.batchSize { try await flush(folder, &report) }
            }
        }
        try await finish(folder, &report)
    }

    private func flush(_ folder: TaskFolderPush, _ report: inout PushReport) async throws {
        let batch = folder.waiting
        folder.waiting = []
        try Task.checkCancellation()
        let rest = try await leaveOutEqual(batch, folder, &report)
        try await push(rest, there: folder.there, &report)
        progress(report)
    }

    /// Manifests that are there with the right size, of which nobody noted what they are, are fetched and compared.
    private func leaveOutEqual(
        _ batch: [ListedManifest], _ folder: TaskFolderPush, _ report: inout PushReport
    ) async throws -> [ListedManifest] {
        let unsure = batch.filter { folder.there[$0.path] != nil && folder.known[$0.path] == nil }
        let equal = try await held(unsure.filter(folder.hasArchives))
        report.already += equal.count
        try note(unsure.filter { equal.contains($0.path) })
        return batch.filter { !equal.contains($0.path) }
    }

    /// Fetches manifests.
    ///
    /// - Returns: the paths of those that the copy holds as they are.
    func held(_ manifests: [ListedManifest]) async throws -> Set<String> {
        guard !manifests.isEmpty else { return [] }
        let scratch = try PrivateFolder()
        defer { scratch.remove() }
        try await store.get(manifests.map(\.path), into: scratch.path)
        var equal: Set<String> = []
        for listed in manifests {
            let bytes = try? Manifest.readBytes(PathText.join(scratch.path, listed.path), files: DiskFiles())
            guard let bytes, (try? Manifest.decode(bytes)) != nil, Manifest.checksum(in: bytes) == listed.sha256 else {
                continue
            }
            equal.insert(listed.path)
        }
        return equal
    }

    private func note(_ listed: [ListedManifest], removed: [String] = []) throws {
        guard !vault.isReadOnly, !isDryRun else { return }
        try vault.catalog.record(
            copied: listed.map { ($0.path, $0.sha256) }, removed: removed, in: store.name)
    }

    private func finish(_ folder: TaskFolderPush, _ report: inout PushReport) async throws {
        guard !folder.path.isEmpty else { return }
        try await flush(folder, &report)
        guard prune, report.failures.isEmpty else { return }
        let gone = folder.replaced()
        report.pruned += gone.count
        guard !isDryRun, !gone.isEmpty else { return }
        // Manifests before the archives that they name.
        let manifests = gone.filter { $0.hasSuffix(".manifest.json") }
        try await store.remove(manifests)
        try note([], removed: manifests)
        try await store.remove(gone.filter { !$0.hasSuffix(".manifest.json") })
    }
}
