// A snapshot that was damaged is set aside whole, its manifest and its archives, under the names that they had:
//
//     lost+found/<date folder>/<stem>.damaged-20261123T101500Z/
//
// As long as that folder bears this name and the snapshot has no manifest in its own place, its window is missing, and
// what still reads of it goes into the snapshot that is taken next. Then the folder is kept, with `.replaced-` for
// `.damaged-`.
import Archive
import Foundation
import Records
import StorageTime

/// The folders below `lost+found/` in which damaged snapshots lie.
struct Quarantine {
    let layout: ArchiveLayout
    let files: any Files

    private static let damaged = ".damaged-"
    private static let replaced = ".replaced-"

    /// The snapshots of a task that are set aside, and wait to be taken again.
    func snapshots(of task: TaskID, source: RowSource) throws(ArchiveError) -> [SnapshotAddress] {
        var waiting: [SnapshotAddress] = []
        for address in try everySnapshot(of: task, source: source)
        where try files.status(layout.path(address.manifestPath)) == nil { waiting.append(address) }
        return waiting
    }

    /// The snapshots of a task that are set aside, those among them that were taken again and not noted to be.
    func everySnapshot(of task: TaskID, source: RowSource) throws(ArchiveError) -> [SnapshotAddress] {
        let taskFolder = "lost+found/\(ArchiveLayout.taskFolder(source: source, task: task))"
        guard try files.status(layout.path(taskFolder)) != nil else { return [] }
        var found: Set<SnapshotAddress> = []
        for folder in try layout.dateFolders(in: taskFolder, files) {
            for name in try list(folder) {
                guard let mark = name.range(of: Self.damaged),
                    let stem = SnapshotName(stem: String(name[..<mark.lowerBound]))
                else { continue }
                let address = SnapshotAddress(source: source, task: task, name: stem)
                if "lost+found/\(address.folder)" == folder { found.insert(address) }
            }
        }
        return found.sorted { $0.name < $1.name }
    }

    /// The snapshots of all tasks that are set aside, and wait to be taken again. Ids too long for a folder's name are
    /// left out.
    func snapshots(of source: RowSource) throws(ArchiveError) -> [SnapshotAddress] {
        var found: [SnapshotAddress] = []
        for name in try list("lost+found/\(ArchiveLayout.sourceFolder(source))") {
            guard let task = ArchiveLayout.task(ofFolder: name) else {
                continue
            }
            found += try snapshots(of: task, source: source)
        }
        return found
    }

    /// Moves the snapshot's manifest and archives away from their place.
    ///
    /// - Returns: the folder that they are in now, as a path below the vault; nil where there was nothing to move.
    func move(_ address: SnapshotAddress, now: Date) throws(ArchiveError) -> String? {
        let folder = layout.path(address.folder)
        let names = try SnapshotFolder(path: folder, files: files).entries().filter { entry in
            switch entry.kind {
            case .manifest(address.name), .archive(address.name, _): true
            default: false
            }
        }.map(\.name)
        guard !names.isEmpty else { return nil }
        let target = try makeFolder(for: address, now)
        // The manifest last: where it is, all of the snapshot is.
        let manifest = address.name.manifestName
        for name in names.filter({ $0 != manifest }) + names.filter({ $0 == manifest }) {
            let status = try files.status("\(folder)/\(name)")
            // A folder or a pipe in a file's place cannot be linked; a rename takes whatever it is.
            if status?.kind == .file {
                try files.move("\(folder)/\(name)", to: layout.path("\(target)/\(name)"))
            } else {
                try files.replace(layout.path("\(target)/\(name)"), with: "\(folder)/\(name)")
            }
        }
        try files.synchronize(folder: layout.path(target))
        try files.synchronize(folder: folder)
        return target
    }

    /// What still reads of the snapshot; nil where nothing of it is set aside.
    ///
    /// - Parameter isForeign: whether an archive of that SHA-256 is known to be another snapshot's.
    func salvage(_ address: SnapshotAddress, isForeign: (String) throws -> Bool) throws -> Salvage? {
        var manifest: Manifest?
        var archives: [(revision: Int, path: String)] = []
        let folders = try self.folders(of: address)
        for folder in folders {
            for entry in try SnapshotFolder(path: layout.path(folder), files: files).entries() {
                let path = layout.path("\(folder)/\(entry.name)")
                switch entry.kind {
                case .manifest(address.name): manifest = try soundManifest(path, address) ?? manifest
                case .archive(address.name, let revision): archives.append((revision, path))
                default: continue
                }
            }
        }
        guard !folders.isEmpty else { return nil }
        let paths = archives.sorted { $0.revision < $1.revision }.map(\.path)
        return try Salvage(manifest, archives: paths, files: files, isForeign: isForeign)
    }

    /// Writes what still reads of a snapshot's archives beside them, for people: gzip that `zcat` reads through.
    ///
    /// - Returns: the file, as a path below the vault; nil where nothing reads, or all of it does.
    func writeReadable(_ salvage: Salvage, of address: SnapshotAddress, in folder: String) throws -> String? {
        guard !salvage.isWhole, salvage.rows + salvage.earlierRows > 0 else { return nil }
        let path = "\(folder)/\(address.name.stem).saved.ndjson.gz"
        let writer = try files.create(layout.path(path))
        for archive in salvage.archives + salvage.earlier {
            try archive.forEachMemberBytes { try writer.write(all: $0) }
        }
        try writer.synchronize()
        try writer.close()
        try files.synchronize(folder: layout.path(folder))
        return path
    }

    /// Whether the snapshot was moved away whole: its manifest, which goes last, lies aside.
    func isWhole(_ address: SnapshotAddress) throws(ArchiveError) -> Bool {
        for folder in try folders(of: address)
        where try files.status(layout.path("\(folder)/\(address.name.manifestName)")) != nil { return true }
        return false
    }

    /// Whether anything of the snapshot lies aside still.
    func holdsAnything(of address: SnapshotAddress) throws(ArchiveError) -> Bool {
        for folder in try folders(of: address) where !(try list(folder)).isEmpty { return true }
        return false
    }

    /// Notes that the snapshot was taken again: what is set aside of it is kept for people only.
    ///
    /// - Returns: the folders that it is in now.
    @discardableResult
    func retire(_ address: SnapshotAddress) throws(ArchiveError) -> [String] {
        var finals: [String] = []
        for folder in try folders(of: address) {
            let final = try unused(folder.replacingOccurrences(of: Self.damaged, with: Self.replaced))
            try files.replace(layout.path(final), with: layout.path(folder))
            finals.append(final)
        }
        return finals
    }

    private func soundManifest(_ path: String, _ address: SnapshotAddress) throws(ArchiveError) -> Manifest? {
        do throws(ArchiveError) {
            let manifest = try Manifest.read(path, files: files)
            try manifest.check(at: address)
            return manifest
        } catch {
            guard error.isDamage else { throw error }
            return nil
        }
    }

    private func folders(of address: SnapshotAddress) throws(ArchiveError) -> [String] {
        let parent = "lost+found/\(address.folder)"
        return try list(parent).filter { $0.hasPrefix(address.name.stem + Self.damaged) }.map { "\(parent)/\($0)" }
    }

    private func makeFolder(for address: SnapshotAddress, _ now: Date) throws(ArchiveError) -> String {
        let target = try unused(
            "lost+found/\(address.folder)/\(address.name.stem)\(Self.damaged)\(UTCTime.compact(now))")
        for made in try files.makeFolders(layout.path(target)) {
            try files.synchronize(folder: PathText.parent(of: made))
        }
        return target
    }

    /// The path, with a number behind it where it is taken: a window may be damaged twice in a second, by clocks that
    /// are set back.
    private func unused(_ path: String) throws(ArchiveError) -> String {
        var free = path
        var attempt = 0
        while try files.status(layout.path(free)) != nil {
            attempt += 1
            free = "\(path).\(attempt)"
        }
        return free
    }

    private func list(_ folder: String) throws(ArchiveError) -> [String] {
        do throws(ArchiveError) {
            return try files.list(layout.path(folder))
        } catch {
            if error.code == .notFound { return [] }
            throw error
        }
    }
}
