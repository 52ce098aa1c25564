import Archive
import Catalog
import Records
import StorageTime

/// Which date folders changed since they were indexed.
///
/// A commit renames a manifest, which changes its folder's modification time. The time of a task's folder tells in one
/// look that none below it changed by this program: with each entry in the index it gets a new one, which the index
/// notes. Changes by other programs in the midst of a task are seen as long as no more than ``mostFolders`` folders
/// were indexed since the index was made, and by whoever takes the task.
struct FolderChanges {
    /// Folders that are there, and are not as they were indexed, as paths below the vault.
    private(set) var changed: [String] = []
    /// Folders that are indexed and gone.
    private(set) var gone: [String] = []

    /// How many date folders are looked at one by one: some milliseconds' worth.
    static let mostFolders = 20_000

    private let catalog: SnapshotCatalog
    private let layout: ArchiveLayout
    private let files: any Files

    /// - Parameter tasks: nil for all.
    /// - Complexity: O(*n*) in date folders, or in tasks where there are many.
    init(
        _ catalog: SnapshotCatalog, _ layout: ArchiveLayout, _ files: any Files, tasks: [TaskID]?
    ) throws {
        self.catalog = catalog
        self.layout = layout
        self.files = files
        let isLarge = try catalog.foldersIndexed() > Self.mostFolders
        for folder in try taskFolders(tasks) {
            do {
                let time = try files.modificationTime(ofFolder: layout.path(folder))
                if isLarge, let time, isKnown(folder, time) { continue }
                try compare(folder)
            } catch let error as ArchiveError {
                // What cannot be looked at is left to the index's word.
                guard [.cannotRead, .cannotReadNow].contains(error.code) else { throw error }
            }
        }
    }

    private func isKnown(_ folder: String, _ time: Int) -> Bool {
        (try? catalog.modificationTime(ofFolder: folder)) == time
    }

    /// The folders of some tasks; of all: those that are there, and those that are indexed.
    private func taskFolders(_ tasks: [TaskID]?) throws -> [String] {
        if let tasks {
            return tasks.flatMap { task in
                RowSource.allCases.map { ArchiveLayout.taskFolder(source: $0, task: task) }
            }
        }
        var folders: Set<String> = []
        for source in try layout.sources(files) {
            for name in try layout.taskFolderNames(of: source, files) {
                folders.insert("\(ArchiveLayout.sourceFolder(source))/vault_task=\(name)")
            }
        }
        for series in try catalog.series() {
            guard let task = try? TaskID(series.task) else { continue }
            folders.insert(ArchiveLayout.taskFolder(source: series.source, task: task))
        }
        return folders.sorted()
    }

    private mutating func compare(_ taskFolder: String) throws {
        let present = try layout.dates(in: taskFolder, files)
        let indexed = try catalog.folders(withPrefix: ArchiveLayout.dateFolder("", in: taskFolder))
        var next = indexed.startIndex
        for folder in present {
            while next < indexed.endIndex, indexed[next].rest.precedesInBytes(folder.name) {
                gone.append(ArchiveLayout.dateFolder(indexed[next].rest, in: taskFolder))
                next += 1
            }
            if next < indexed.endIndex, indexed[next].rest == folder.name {
                let time = indexed[next].modified
                next += 1
                if time == folder.modified { continue }
            }
            changed.append(ArchiveLayout.dateFolder(folder.name, in: taskFolder))
        }
        gone += indexed[next...].map { ArchiveLayout.dateFolder($0.rest, in: taskFolder) }
    }
}
