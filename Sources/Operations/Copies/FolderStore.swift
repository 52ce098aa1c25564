import Archive
import Foundation
import Vault

/// A copy in a folder of this machine: of another disk, or of what is mounted.
struct FolderStore: CopyStore {
    let root: String
    var files: any Files = DiskFiles()

    var name: String { root }
    private var layout: ArchiveLayout { ArchiveLayout(root: root) }

    func taskFolders() async throws -> [String] {
        try layout.sources(files).flatMap { source in
            try layout.taskFolderNames(of: source, files).map {
                "\(ArchiveLayout.sourceFolder(source))/vault_task=\($0)"
            }
        }.sorted()
    }

    func list(_ folder: String) async throws -> [String: Int] {
        var found: [String: Int] = [:]
        var folders = [folder]
        while let folder = folders.popLast() {
            for name in try names(in: folder) {
                let path = "\(folder)/\(name)"
                guard let status = try files.status(layout.path(path)) else { continue }
                switch status.kind {
                case .folder: folders.append(path)
                case .file: found[path] = status.size
                case .link, .other: continue
                }
            }
        }
        return found
    }

    private func names(in folder: String) throws -> [String] {
        guard try files.status(layout.path(folder))?.kind == .folder else { return [] }
        return try files.list(layout.path(folder))
    }

    func put(_ paths: [String], from root: String) async throws {
        try await copy(paths, from: root, to: self.root, isReplacing: false)
    }

    func putManifests(_ paths: [String], from root: String) async throws {
        try await copy(paths, from: root, to: self.root, isReplacing: true)
    }

    func get(_ paths: [String], into root: String) async throws {
        let there = try paths.filter { try files.status(layout.path($0))?.kind == .file }
        try await copy(there, from: self.root, to: root, isReplacing: true)
    }

    func remove(_ paths: [String]) async throws {
        for path in paths { try files.remove(layout.path(path)) }
        for folder in Set(paths.map(PathText.parent)).sorted() {
            guard try files.status(layout.path(folder))?.kind == .folder else { continue }
            try files.synchronize(folder: layout.path(folder))
        }
    }

    func compare(
        _ paths: [String], with root: String, isDeep: Bool
    ) async throws -> (missing: [String], differing: [String]) {
        var missing: [String] = []
        var differing: [String] = []
        for path in paths {
            try Task.checkCancellation()
            let here = try files.sha256(of: PathText.join(root, path)).sha256
            if try files.status(layout.path(path)) == nil {
                missing.append(path)
            } else if (try? files.sha256(of: layout.path(path)))?.sha256 != here {
                differing.append(path)
            }
        }
        return (missing, differing)
    }

    /// Each file under a partial name first; the names are on the device when this returns.
    private func copy(_ paths: [String], from: String, to: String, isReplacing: Bool) async throws {
        let files = files
        var made: Set<String> = []
        for folder in Set(paths.map(PathText.parent)).sorted() {
            for new in try files.makeFolders(PathText.join(to, folder)) { made.insert(PathText.parent(of: new)) }
        }
        for folder in made.sorted() { try files.synchronize(folder: folder) }
        // A folder may refuse one file and take the others.
        var failure: ArchiveError?
        var rest = paths[...]
        while !rest.isEmpty {
            try Task.checkCancellation()
            let some = Array(rest.prefix(32))
            rest = rest.dropFirst(32)
            let outcomes = await DeviceWaits.map(some) { path in
                Self.outcome(PathText.join(from, path), PathText.join(to, path), isReplacing, files)
            }
            for case let error? in outcomes { failure = failure ?? error }
        }
        for folder in Set(paths.map(PathText.parent)).sorted() {
            try files.synchronize(folder: PathText.join(to, folder))
        }
        if let failure { throw failure }
    }

    private static func outcome(
        _ path: String, _ final: String, _ isReplacing: Bool, _ files: any Files
    ) -> ArchiveError? {
        do throws(ArchiveError) {
            try copy(path, to: final, isReplacing: isReplacing, files)
            return nil
        } catch {
            return error
        }
    }

    private static func copy(
        _ path: String, to final: String, isReplacing: Bool, _ files: any Files
    ) throws(ArchiveError) {
        if !isReplacing, let there = try files.status(final), there.kind == .file,
            there.size == (try files.status(path)?.size)
        {
            return
        }
        let partial = PathText.join(PathText.parent(of: final), SnapshotFileName.partial(PathText.name(of: final)))
        try files.copy(path, to: partial)
        try files.replace(final, with: partial)
    }
}
