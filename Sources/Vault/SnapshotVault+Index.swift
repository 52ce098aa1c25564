package import Archive
package import Catalog
import Foundation
package import Records
import StorageTime
import Synchronization

extension SnapshotVault {
    /// The index for reading without a lock. Manifests are the truth: where folders are not as they were indexed, since
    /// the index is older than they are, their manifests are read, and a copy of the index that has them takes its
    /// place. Nothing is written to the vault; whoever takes a task next brings its index up to date.
    ///
    /// What is told about it is told once.
    ///
    /// - Parameter tasks: those that are to be read; nil for all.
    /// - Complexity: O(*n*) in the tasks' date folders, or in tasks where there are many folders; and in the manifests
    ///   of those that changed. Where some did, O(*n*) in the index.
    package func index(of tasks: [TaskID]? = nil) throws(VaultError) -> SnapshotCatalog {
        try vaultErrors {
            let catalog = catalog
            let changes = try FolderChanges(catalog, layout, files, tasks: tasks)
            guard !changes.changed.isEmpty || !changes.gone.isEmpty else { return catalog }
            let fresh = try FreshFolders(self, catalog, changes)
            guard !fresh.isEmpty else { return catalog }
            if fresh.isBehind { tell(fresh) }
            return try newer(than: catalog, fresh)
        }
    }

    /// What the vault holds snapshots of, ordered by task, source and host.
    package func series(tasks: [TaskID]? = nil, source: RowSource? = nil) throws(VaultError) -> [Series] {
        let index = try index(of: tasks)
        return try vaultErrors { try index.series(tasks: tasks?.map(\.text), source: source) }
    }

    /// A copy of the index with what the folders hold now; the last one, where nothing else was written meanwhile.
    private func newer(than catalog: SnapshotCatalog, _ fresh: FreshFolders) throws -> SnapshotCatalog {
        let stamp = try catalog.stamp()
        return try newerIndex.withLock { newer in
            var copy = try Self.copy(newer, of: catalog, at: stamp)
            try copy.take(fresh)
            newer = copy
            return copy.catalog
        }
    }

    private static func copy(
        _ newer: NewerIndex?, of catalog: SnapshotCatalog, at stamp: SnapshotCatalog.Stamp
    ) throws -> NewerIndex {
        if let newer, newer.stamp == stamp { return newer }
        return NewerIndex(stamp: stamp, catalog: try catalog.privateCopy())
    }

    private func tell(_ fresh: FreshFolders) {
        let isTold = isToldOfIndex.withLock { told in
            let before = told
            told = true
            return before
        }
        guard !isTold else { return }
        let count = fresh.contents.count + fresh.gone.count
        let read = count == 1 ? "a folder: its manifests were" : "\(count) folders: their manifests were"
        let without =
            fresh.damages.isEmpty
            ? "" : "; \(fresh.damages.count) that are damaged were left out, `octovault verify` names them"
        configuration.report(
            Notice(
                code: .catalogBehind,
                message: "the catalog of \(root) is out of date for \(read) read instead\(without); the"
                    + " next backfill, or `octovault catalog rebuild`, brings it up to date"))
    }
}

/// A copy of the index that is newer than the file.
struct NewerIndex: Sendable {
    /// What the file was at when it was copied.
    let stamp: SnapshotCatalog.Stamp
    let catalog: SnapshotCatalog
    /// The folders that were read into it, by their times.
    private var times: [String: Int?] = [:]
    private var gone: Set<String> = []

    init(stamp: SnapshotCatalog.Stamp, catalog: SnapshotCatalog) {
        self.stamp = stamp
        self.catalog = catalog
    }

    /// Makes it say what folders hold, as far as it does not yet.
    mutating func take(_ fresh: FreshFolders) throws {
        let (times, gone) = (times, gone)
        let contents = fresh.contents.filter { $0.modified == nil || times[$0.path] != .some($0.modified) }
        let more = fresh.gone.filter { !gone.contains($0) }
        guard !contents.isEmpty || !more.isEmpty else { return }
        try catalog.replace(contents, removing: more)
        for content in contents { self.times[content.path] = content.modified }
        self.gone.formUnion(more)
    }
}

/// What folders hold that are not as they were indexed.
struct FreshFolders {
    /// Of folders whose manifests are others than those that are indexed.
    private(set) var contents: [FolderContent] = []
    private(set) var gone: [String] = []
    private(set) var damages: [Damage] = []
    /// Whether the index is behind for another reason than that a process is writing to the task at this moment.
    private(set) var isBehind = false

    var isEmpty: Bool { contents.isEmpty && gone.isEmpty }

    private let vault: SnapshotVault
    private let catalog: SnapshotCatalog
    private let damaged: Set<String>

    /// A writer gets so often so many microseconds to be done with what it is at, before a difference counts.
    private static let rereads = (looks: 6, pause: UInt32(10_000))

    init(_ vault: SnapshotVault, _ catalog: SnapshotCatalog, _ changes: FolderChanges) throws {
        self.vault = vault
        self.catalog = catalog
        damaged = Set(try catalog.damages().map(\.path))
        for folder in changes.gone {
            guard try vault.files.modificationTime(ofFolder: vault.layout.path(folder)) == nil else { continue }
            gone.append(folder)
            isBehind = true
        }
        let scans = try Self.differing(changes.changed, vault, catalog, damaged)
        var waiting: [String] = []
        for scan in scans {
            if isHeld(scan.folder) { waiting.append(scan.folder) } else { add(scan) }
        }
        try wait(for: waiting)
    }

    private static func differing(
        _ folders: [String], _ vault: SnapshotVault, _ catalog: SnapshotCatalog, _ damaged: Set<String>
    ) throws -> [FolderScan] {
        let (layout, files) = (vault.layout, vault.files)
        var scans: [FolderScan] = []
        try Pipeline.run(
            folders, width: vault.configuration.width,
            transform: { folder in try? FolderScan(folder, layout, files) },
            consume: { scan in
                if let scan, try !isIndexed(scan, catalog, damaged) { scans.append(scan) }
            })
        return scans
    }

    private mutating func wait(for folders: [String]) throws {
        var folders = folders
        for look in 0..<Self.rereads.looks where !folders.isEmpty {
            if look > 0 { usleep(Self.rereads.pause) }
            let isLast = look == Self.rereads.looks - 1
            var left: [String] = []
            for folder in folders {
                guard let scan = try? FolderScan(folder, vault.layout, vault.files),
                    try !Self.isIndexed(scan, catalog, damaged)
                else {
                    continue
                }
                if isLast || !isHeld(folder) { add(scan) } else { left.append(folder) }
            }
            folders = left
        }
    }

    private mutating func add(_ scan: FolderScan) {
        contents.append(scan.content)
        damages += scan.damages
        isBehind = isBehind || !isHeld(scan.folder)
    }

    /// Whether the index says what the folder's manifests say. It may still know those that are damaged.
    private static func isIndexed(
        _ scan: FolderScan, _ catalog: SnapshotCatalog, _ damaged: Set<String>
    ) throws -> Bool {
        var known: [String: String] = [:]
        for record in try catalog.snapshots(inFolder: scan.folder) where !damaged.contains(record.path) {
            known[record.path] = record.manifestSHA256
        }
        let found = scan.manifests.filter { !damaged.contains($0.record.path) }
        return found.count == known.count && found.allSatisfy { known[$0.record.path] == $0.record.manifestSHA256 }
    }

    /// Whether a process has the folder's task at the moment, which keeps the index up to date itself.
    private func isHeld(_ folder: String) -> Bool {
        guard let name = ArchiveLayout.parse(dateFolder: folder)?.taskFolderName,
            case .held = FileLock.look(vault.layout.path("\(SnapshotVault.locksName)/\(name).lock"))
        else { return false }
        return true
    }
}
