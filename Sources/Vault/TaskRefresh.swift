import Archive
import Catalog
import Records
import StorageTime

/// Brings the index of one task up to date with its folders, under the task's lock.
///
/// A folder whose modification time is the one that was indexed has not changed; any other is swept of what a dead
/// process left, and its manifests are read.
struct TaskRefresh {
    private(set) var notices: [Notice] = []
    private(set) var damages: [Damage] = []
    /// Snapshots that are there and damaged.
    private(set) var damaged: Set<SnapshotAddress> = []
    /// Damaged snapshots that are set aside, and not taken anew yet.
    private(set) var quarantined: Set<SnapshotAddress> = []
    /// Date folders that the index holds as to be read again.
    private(set) var unread: Set<String> = []

    private let vault: SnapshotVault
    private let task: TaskID
    /// Whether the task is only looked at: then nothing is put right.
    private var isLook: Bool { vault.isReadOnly }

    init(_ vault: SnapshotVault, _ task: TaskID) throws(VaultError) {
        self.vault = vault
        self.task = task
        try vaultErrors {
            let sources = try vault.layout.sources(vault.files)
            let own = task.folderName
            let lowercased = own.lowercased()
            for source in sources {
                try task.checkCase(
                    against: vault.layout.taskFolderNames(of: source, vault.files).filter { name in
                        guard name != own, TaskID.mayClash(name, own) else { return false }
                        return try name.lowercased() != lowercased
                            || holdsFiles("\(ArchiveLayout.sourceFolder(source))/vault_task=\(name)")
                    })
            }
            try refresh(sources)
            try findDamaged()
        }
        if let newer = damages.first(where: { $0.code == .newerFormat }) {
            throw VaultError(.newerFormat, newer.message, hint: newer.hint)
        }
    }

    /// Adds what was found damaged earlier: what is set aside, and what `verify` found in archives.
    ///
    /// That a snapshot is set aside is in the index before another can take its place, so what the index says of one
    /// that is in its place is told by no clock: where it says that it is set aside, another was published since, by
    /// whoever ended before the index said so.
    private mutating func findDamaged() throws {
        let keeper = Quarantine(layout: vault.layout, files: vault.files)
        let over = try findSetAside(keeper)
        var unknown = Set(quarantined.map(\.manifestPath))
        var healed: [String] = []
        var noted: [DamageRecord] = []
        let aside = Damage.Code.quarantined.rawValue
        for var record in try vault.catalog.damages(of: task.text) {
            if unknown.remove(record.path) != nil {
                if record.code != aside {
                    record.code = aside
                    noted.append(record)
                }
                continue
            }
            guard let address = SnapshotAddress(manifestPath: record.path, task: task) else { continue }
            let isInPlace = try vault.files.status(vault.layout.path(record.path)) != nil
            // Files that somebody put back are as damaged as they were.
            if record.archiveSHA256 != nil, isInPlace,
                try record.code != aside || !keeper.holdsAnything(of: address)
            {
                damaged.insert(address)
            } else if !damaged.contains(address) {
                // Its manifest was damaged or set aside, and is sound or gone altogether now.
                healed.append(record.path)
            }
        }
        if isLook { return }
        try vault.catalog.forgetDamage(of: healed)
        for address in over where !damaged.contains(address) { try keeper.retire(address) }
        // A catalog made anew knows nothing of what was set aside before.
        noted += quarantined.filter { unknown.contains($0.manifestPath) }.map { address in
            DamageRecord(
                path: address.manifestPath, task: task.text, source: address.source, window: address.name.window,
                code: aside, foundAt: vault.now)
        }
        try vault.catalog.record(noted)
    }

    /// Finds what is set aside and waits to be taken again.
    ///
    /// - Returns: what does not wait any more, and was not noted so: another is in its place, or its time is covered.
    private mutating func findSetAside(_ keeper: Quarantine) throws -> [SnapshotAddress] {
        var over: [SnapshotAddress] = []
        for source in RowSource.allCases {
            for address in try keeper.everySnapshot(of: task, source: source) {
                if try vault.files.status(vault.layout.path(address.manifestPath)) != nil {
                    // Without its manifest it was moved in part, by whoever ended then.
                    if try keeper.isWhole(address) { over.append(address) }
                } else if let window = address.name.window,
                    try vault.windowsBeside(address).parts(in: window) == [window]
                {
                    over.append(address)
                } else {
                    quarantined.insert(address)
                }
            }
        }
        return over
    }

    /// Whether anything but empty date folders is in a task's folder: such ones stay where files were put back.
    private func holdsFiles(_ taskFolder: String) throws -> Bool {
        for name in try vault.files.list(vault.layout.path(taskFolder)) where !OtherPrograms.left(name) {
            let path = vault.layout.path("\(taskFolder)/\(name)")
            guard try vault.files.status(path)?.kind == .folder,
                try vault.files.list(path).allSatisfy(OtherPrograms.left)
            else { return true }
        }
        return false
    }

    /// - Parameter sources: those that have a folder. What was indexed of another is gone as a whole.
    private mutating func refresh(_ sources: [RowSource]) throws {
        var indexed = try vault.catalog.folders(
            belowAnyOf: RowSource.allCases.map { ArchiveLayout.taskFolder(source: $0, task: task) })
        var contents: [FolderContent] = []
        var whole: [(path: String, modified: Int)] = []
        for source in sources {
            let taskFolder = ArchiveLayout.taskFolder(source: source, task: task)
            let known = indexed.removeValue(forKey: taskFolder) ?? nil
            let before = contents.count
            for date in try vault.layout.dates(in: taskFolder, vault.files) {
                let folder = ArchiveLayout.dateFolder(date.name, in: taskFolder)
                if let known = indexed.removeValue(forKey: folder), let known, known == date.modified { continue }
                contents.append(try read(folder, source))
            }
            let new = contents[before...]
            unread.formUnion(new.lazy.filter { $0.modified == nil }.map(\.path))
            if isLook { continue }
            let path = vault.layout.path(taskFolder)
            let time = try new.isEmpty ? vault.files.modificationTime(ofFolder: path) : vault.files.touch(folder: path)
            guard let time, new.allSatisfy({ $0.modified != nil }), time != known || !new.isEmpty else { continue }
            whole.append((taskFolder, time))
        }
        guard !isLook, !contents.isEmpty || !indexed.isEmpty || !whole.isEmpty else { return }
        try vault.catalog.replace(contents, removing: indexed.keys.sorted(), whole: whole)
    }

    /// Where a manifest that was indexed is gone and its archive is not, the archive's rows are the window's own: they
    /// are set aside with it, and go into the snapshot that is taken next. An archive that was never indexed may be
    /// anybody's.
    private mutating func setAsideOrphans(in folder: String) throws {
        let keeper = Quarantine(layout: vault.layout, files: vault.files)
        var replaced: Set<String>?
        for record in try vault.catalog.snapshots(inFolder: folder) {
            guard let archive = record.archive, let address = record.address, address.task == task,
                let path = address.archivePath(named: archive),
                try vault.files.status(vault.layout.path(address.manifestPath)) == nil,
                try vault.files.status(vault.layout.path(path))?.size == record.bytes
            else { continue }
            let names = try replaced ?? self.replaced(in: folder)
            replaced = names
            if names.contains(PathText.name(of: record.path)) { continue }
            guard let target = try keeper.move(address, now: vault.now) else { continue }
            let message = "the manifest of \(address) is gone; its archive was moved to \(target)"
            notices.append(Notice(code: .movedToLostAndFound, message: message))
        }
    }

    /// The names of the manifests that a compacted one stands for.
    private func replaced(in folder: String) throws -> Set<String> {
        let snapshots = SnapshotFolder(path: vault.layout.path(folder), files: vault.files)
        var names: Set<String> = []
        for entry in try snapshots.entries() {
            guard case .manifest(let name) = entry.kind, let manifest = try? snapshots.manifest(of: name) else {
                continue
            }
            names.formUnion(manifest.replaces)
        }
        return names
    }

    private mutating func read(_ folder: String, _ source: RowSource) throws -> FolderContent {
        var isSwept = true
        if !isLook {
            try setAsideOrphans(in: folder)
            let swept = try Sweep(layout: vault.layout, files: vault.files).run(folder)
            for move in swept.moved {
                let message = "\(move.from) is named by no manifest and was moved to \(move.to)"
                notices.append(Notice(code: .movedToLostAndFound, message: message))
            }
            for left in swept.left {
                isSwept = false
                let message = "\(left.path) is named by no manifest, and stays: \(left.error.message)"
                notices.append(Notice(code: .leftInPlace, message: message))
            }
        }
        var scan = try FolderScan(folder, vault.layout, vault.files)
        if !isSwept { scan.modified = nil }
        damages += scan.damages
        for (name, damage) in zip(scan.damagedSnapshots, scan.damages) {
            let address = SnapshotAddress(source: source, task: task, name: name)
            // One that lies in another's place says nothing about what belongs there.
            if damage.code != .manifestMisplaced || address.folder == folder { damaged.insert(address) }
        }
        return scan.content
    }
}
