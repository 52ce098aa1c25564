import Archive
import Catalog
import Records
import StorageTime

/// Puts folders' reports together, and looks for what no folder shows alone: overlaps, and folders that are gone.
struct VerifyAudit {
    private(set) var report = VerifyReport()

    private let vault: SnapshotVault
    private let options: VerifyOptions
    private let usesCatalog: Bool
    private var damagedSnapshots: [DamageRecord] = []
    private var sound: [String] = []
    private var windows: [(window: Window, manifest: String)] = []
    private var seen: Set<String> = []
    private var verifications: [VerificationRecord] = []
    /// Whether the index cannot be written.
    private var isForgetful = false

    init(_ vault: SnapshotVault, _ options: VerifyOptions, usesCatalog: Bool) {
        self.vault = vault
        self.options = options
        self.usesCatalog = usesCatalog
    }

    mutating func add(_ damages: [Damage]) { report.damaged += damages }

    mutating func add(_ unit: VerifyUnit) throws {
        switch unit {
        case .folder(let folder):
            report.snapshots += folder.snapshots
            report.rows += folder.rows
            report.bytes += folder.bytes
            report.skipped += folder.skipped
            report.damaged += folder.damages
            windows += folder.windows
            seen.insert(folder.folder)
            verifications += folder.verifications
            damagedSnapshots += folder.damagedSnapshots
            sound += folder.sound
            if verifications.count >= 2000 { try remember() }
        case .end(let taskFolder):
            addOverlaps()
            try addMissing(below: taskFolder)
            windows = []
            seen = []
        }
    }

    /// - Parameter folders: the task folders gone through.
    mutating func finish(_ tasks: [TaskID]?, _ folders: [String]) throws {
        try remember()
        if options.range == nil, options.source == nil {
            let names = tasks.map { Set($0.map(\.folderName)) }
            add(try StrayFolders(vault.layout, vault.files, tasks: names).damages)
        }
        if usesCatalog {
            let known = Set(folders)
            var gone: Set<String> = []
            for series in try vault.catalog.series(tasks: tasks?.map(\.text), source: options.source) {
                gone.insert(ArchiveLayout.taskFolder(source: series.source, task: try TaskID(series.task)))
            }
            for folder in gone.subtracting(known).sorted() { try addMissing(below: folder) }
        }
        try addSetAside(tasks)
        report.damaged.joinCatalogDifferences()
        report.lostAndFound = try files(below: "lost+found")
    }

    private mutating func addOverlaps() {
        windows.sort { $0.window < $1.window }
        guard var last = windows.first else { return }
        for next in windows.dropFirst() {
            if next.window.overlaps(last.window) {
                report.damaged.append(
                    Damage(.overlap, next.manifest, "\(next.manifest) and \(last.manifest) cover the same second"))
            }
            if next.window.to > last.window.to { last = next }
        }
    }

    private mutating func addMissing(below taskFolder: String) throws {
        guard usesCatalog else { return }
        for folder in try vault.catalog.folders(below: taskFolder).keys.sorted()
        where !seen.contains(folder) && ArchiveLayout.parse(dateFolder: folder) != nil {
            // A folder made after the list was read is none that is gone.
            if try vault.files.status(vault.layout.path(folder)) != nil { continue }
            for record in try vault.catalog.snapshots(inFolder: folder) {
                if let range = options.range, record.window.map(range.overlaps) != true { continue }
                report.damaged.append(FolderVerifier.missing(record.path))
            }
        }
    }

    private mutating func addSetAside(_ tasks: [TaskID]?) throws {
        let keeper = Quarantine(layout: vault.layout, files: vault.files)
        for source in RowSource.allCases where options.source == nil || options.source == source {
            for address in try keeper.snapshots(of: source) where tasks?.contains(address.task) ?? true {
                if let range = options.range, address.name.window.map(range.overlaps) != true { continue }
                // Its time is covered in another way by now.
                if let window = address.name.window, try isCovered(window, address) { continue }
                report.damaged.removeAll { $0.code == .manifestMissing && $0.manifest == address.manifestPath }
                report.damaged.append(
                    Damage(
                        .quarantined, address.manifestPath,
                        "\(address) was damaged, is set aside in lost+found/, and was not taken again yet",
                        hint: Damage.hintToTakeAgain(source)))
            }
        }
    }

    private func isCovered(_ window: Window, _ address: SnapshotAddress) throws -> Bool {
        guard usesCatalog || !vault.hasCatalogFile else { return false }
        return try !vault.windowsBeside(address).parts(in: window).isEmpty
    }

    private mutating func remember() throws {
        defer { (verifications, damagedSnapshots, sound) = ([], [], []) }
        guard !vault.isReadOnly, usesCatalog, !isForgetful else { return }
        do {
            if !verifications.isEmpty { try vault.catalog.record(verifications) }
            if !damagedSnapshots.isEmpty { try vault.catalog.record(damagedSnapshots) }
            try vault.catalog.forgetDamage(of: sound)
        } catch  where error.code == .cannotWrite {
            // What was found is told all the same.
            isForgetful = true
        }
    }

    private func files(below folder: String) throws -> [String] {
        guard try vault.files.status(vault.layout.path(folder))?.kind == .folder else { return [] }
        var found: [String] = []
        for name in try vault.files.list(vault.layout.path(folder)) {
            let path = "\(folder)/\(name)"
            switch try vault.files.status(vault.layout.path(path))?.kind {
            case .folder: found += try files(below: path)
            case .file: found.append(path)
            default: continue
            }
        }
        return found
    }
}
