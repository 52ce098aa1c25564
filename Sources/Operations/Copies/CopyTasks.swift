package import Archive
import Foundation
package import Vault

/// The tasks of a copy and of a vault, by their ids and names.
package struct CopyTasks: Sendable {
    private let store: any CopyStore
    private let vault: SnapshotVault?

    /// - Parameter vault: nil where there is none.
    package init(of store: any CopyStore, and vault: SnapshotVault?) {
        self.store = store
        self.vault = vault
    }

    /// The tasks that words on the command line stand for, each once, in the order given.
    ///
    /// Names that the vault does not know are read from the copy: a manifest a task, unless the words are ids.
    ///
    /// - Throws: ``Problem`` with status `usage` for a word that stands for several tasks, or for none; ``CopyError``;
    ///   `CancellationError`.
    package func named(_ words: [String]) async throws -> [TaskID] {
        var entries = try vault?.directory().entries ?? []
        let folders = try await store.taskFolders()
        entries += folders.compactMap(ArchiveLayout.task(ofFolder:)).map { .init(task: $0, name: "") }
        var directory = TaskDirectory(entries, place: "the vault or in \(store.name)")
        if !words.allSatisfy(directory.contains(id:)) {
            let known = Set(directory.entries.lazy.filter { !$0.name.isEmpty }.map(\.task))
            let isKnown = { ArchiveLayout.task(ofFolder: $0).map(known.contains) ?? false }
            entries += try await read(folders.filter { !isKnown($0) })
            directory = TaskDirectory(entries, place: "the vault or in \(store.name)")
        }
        return try TaskID.distinct(words) { word in
            guard let task = try directory.find(word) else {
                _ = try TaskID.parsed(word)
                throw directory.unknown(word)
            }
            return task
        }
    }

    /// What the newest manifest of each task's folder says.
    private func read(_ folders: [String]) async throws -> [TaskDirectory.Entry] {
        guard !folders.isEmpty else { return [] }
        var paths: [String] = []
        for folder in folders {
            try Task.checkCancellation()
            let manifests = try await store.list(folder).keys.filter { path in
                if case .manifest = SnapshotFileName(PathText.name(of: path)) { true } else { false }
            }
            if let newest = manifests.max(by: { $0.precedesInBytes($1) }) { paths.append(newest) }
        }
        let place = FileManager.default.temporaryDirectory.appendingPathComponent("octovault-" + UUID().uuidString)
        try FileManager.default.createDirectory(
            at: place, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(at: place) }
        try await store.get(paths, into: place.path)
        // One that cannot be read gives no name; checking and pulling tell of it.
        return paths.compactMap { path in
            (try? Manifest.read(PathText.join(place.path, path), files: DiskFiles())).map {
                TaskDirectory.Entry(task: $0.task, name: $0.taskName)
            }
        }
    }
}
