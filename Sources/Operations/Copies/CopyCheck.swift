package import Archive
import Vault

/// Compares a copy with its vault, file by file.
package struct CopyCheck: Sendable {
    private let root: String
    private let store: any CopyStore
    private let tasks: [TaskID]?
    private let isDeep: Bool
    private let progress: @Sendable (CopyCheckReport) -> Void

    /// - Parameters:
    ///   - root: the vault's folder.
    ///   - tasks: nil for all.
    ///   - isDeep: whether every byte of the copy is read back.
    package init(
        root: String, store: any CopyStore, tasks: [TaskID]?, isDeep: Bool,
        progress: @escaping @Sendable (CopyCheckReport) -> Void = { _ in }
    ) {
        self.root = root
        self.store = store
        self.tasks = tasks
        self.isDeep = isDeep
        self.progress = progress
    }

    private struct File {
        let path: String
        /// Its size, where a manifest says it.
        let bytes: Int?
    }

    private struct Folder {
        var path = ""
        /// Each snapshot's files.
        var snapshots: [[File]] = []
    }

    /// - Throws: ``CopyError``, ``VaultError``, `CancellationError`.
    /// - Complexity: O(*n*) in files, and in bytes where the store's files are read; memory for one task's names.
    package func run() async throws -> CopyCheckReport {
        var report = CopyCheckReport(remote: store.name)
        var manifests = try FolderManifests(at: root, selection: ManifestSelection(tasks: tasks))
        var folder = Folder()
        var seen: Set<String> = []
        while let entry = try manifests.next() {
            let path = PathText.parent(of: PathText.parent(of: entry.path))
            if path != folder.path {
                try await finish(folder, &report)
                folder = Folder(path: path)
                seen.insert(path)
            }
            guard case .sound(let listed) = entry else { continue }
            var files = [File(path: listed.path, bytes: nil)]
            for archive in listed.archives { files.append(File(path: archive.path, bytes: archive.facts.bytes)) }
            folder.snapshots.append(files)
        }
        try await finish(folder, &report)
        if tasks == nil {
            for path in try await store.taskFolders() where !seen.contains(path) {
                report.extra += try await store.list(path).keys.sorted { $0.precedesInBytes($1) }
            }
        }
        return report
    }

    private func finish(_ folder: Folder, _ report: inout CopyCheckReport) async throws {
        guard !folder.path.isEmpty else { return }
        let there = try await store.list(folder.path)
        var bad: Set<String> = []
        var candidates: [String] = []
        var named: Set<String> = []
        for file in folder.snapshots.joined() {
            named.insert(file.path)
            guard let size = there[file.path] else {
                report.missing.append(file.path)
                bad.insert(file.path)
                continue
            }
            if let bytes = file.bytes, bytes != size {
                report.differing.append(file.path)
                bad.insert(file.path)
            } else {
                candidates.append(file.path)
            }
        }
        var rest = candidates[...]
        while !rest.isEmpty {
            try Task.checkCancellation()
            let found = try await store.compare(Array(rest.prefix(2000)), with: root, isDeep: isDeep)
            rest = rest.dropFirst(2000)
            report.missing += found.missing
            report.differing += found.differing
            bad.formUnion(found.missing + found.differing)
        }
        report.extra += there.keys.filter { !named.contains($0) }.sorted { $0.precedesInBytes($1) }
        for files in folder.snapshots where !files.contains(where: { bad.contains($0.path) }) { report.same += 1 }
        progress(report)
    }
}
