import Archive
import Catalog
package import Foundation
import Records
import StorageTime

/// What making the index anew found.
package struct RebuildReport: Sendable {
    package var folders = 0
    package var snapshots = 0
    /// Manifests that were left out.
    package var damages: [Damage] = []
    /// Since when runs, counts and verifications are remembered.
    package var historySince = Date(timeIntervalSince1970: 0)

    package init() {}

    var notices: [Notice] {
        damages.map { Notice(code: .manifestIgnored, message: "\($0.message); it is left out of the index") }
    }
}

extension SnapshotVault {
    /// Makes the index anew from the manifests. Runs, counts and verifications stay, where the catalog still has them:
    /// one that is damaged is kept aside, and a new one takes its place.
    ///
    /// Readers see the old index until the new one is whole; whoever publishes meanwhile waits. Blocks its thread.
    ///
    /// - Parameter progress: called with the numbers of folders and manifests read so far.
    /// - Complexity: O(*n*) in manifests; memory for a few folders' manifests.
    package func rebuildCatalog(
        progress: (_ folders: Int, _ snapshots: Int) -> Void = { _, _ in }
    ) throws(VaultError) -> RebuildReport {
        try refreshCatalog()
        do {
            let report = try Self.rebuild(catalog, layout, configuration, progress: progress)
            if try vaultErrors({ try catalog.findDamagedHistories() }).isEmpty { return report }
        } catch  where error.code == .catalogDamaged {}
        try replaceCatalog()
        return try Self.rebuild(catalog, layout, configuration, progress: progress)
    }

    static func rebuild(
        _ catalog: SnapshotCatalog, _ layout: ArchiveLayout, _ configuration: VaultConfiguration,
        onlyIfUnbuilt: Bool = false,
        progress: (_ folders: Int, _ snapshots: Int) -> Void = { _, _ in }
    ) throws(VaultError) -> RebuildReport {
        let files = configuration.files
        return try vaultErrors {
            var report = RebuildReport()
            // Taken first: a change while the manifests are read makes the task one to be looked through again.
            let tasks = try taskFolderTimes(layout, files)
            try catalog.rebuild(onlyIfUnbuilt: onlyIfUnbuilt, whole: tasks) { add in
                try Pipeline.run(
                    DateFolders(layout, files), width: configuration.width,
                    transform: { try FolderScan($0.get(), layout, files) },
                    consume: { scan in
                        try add(scan.content)
                        report.folders += 1
                        report.snapshots += scan.manifests.count
                        report.damages += scan.damages
                        progress(report.folders, report.snapshots)
                    })
            }
            report.historySince = try catalog.historySince()
            return report
        }
    }

    private static func taskFolderTimes(
        _ layout: ArchiveLayout, _ files: any Files
    ) throws(ArchiveError) -> [(path: String, modified: Int)] {
        var times: [(path: String, modified: Int)] = []
        for source in try layout.sources(files) {
            for name in try layout.taskFolderNames(of: source, files) {
                let folder = "\(ArchiveLayout.sourceFolder(source))/vault_task=\(name)"
                guard let time = try files.modificationTime(ofFolder: layout.path(folder)) else { continue }
                times.append((folder, time))
            }
        }
        return times
    }
}

/// The date folders of a vault or of some tasks, as paths below it, one task's listed at a time. A folder that cannot
/// be listed comes as its error.
struct DateFolders: Sequence, IteratorProtocol {
    private let layout: ArchiveLayout
    private let files: any Files
    private var sources: [RowSource] = []
    private var tasks: [(source: RowSource, name: String)] = []
    private var folders: [String] = []
    private var failure: ArchiveError?

    init(_ layout: ArchiveLayout, _ files: any Files) {
        self.layout = layout
        self.files = files
        do throws(ArchiveError) { sources = try layout.sources(files).reversed() } catch { failure = error }
    }

    /// The folders of one task of one source.
    init(of task: TaskID, source: RowSource, _ layout: ArchiveLayout, _ files: any Files) {
        self.layout = layout
        self.files = files
        tasks = [(source, task.folderName)]
    }

    mutating func next() -> Result<String, ArchiveError>? {
        do throws(ArchiveError) {
            if let failure { throw failure }
            while true {
                if let folder = folders.popLast() { return .success(folder) }
                if let task = tasks.popLast() {
                    folders = try layout.dateFolders(
                        in: "\(ArchiveLayout.sourceFolder(task.source))/vault_task=\(task.name)", files
                    ).reversed()
                } else if let source = sources.popLast() {
                    tasks = try layout.taskFolderNames(of: source, files).reversed().map { (source, $0) }
                } else {
                    return nil
                }
            }
        } catch {
            failure = nil
            sources = []
            tasks = []
            folders = []
            return .failure(error)
        }
    }
}
