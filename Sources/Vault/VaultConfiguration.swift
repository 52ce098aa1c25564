package import Archive
import Catalog
package import Foundation

/// What a vault needs to know beside its path.
package struct VaultConfiguration: Sendable {
    /// The disk; tests pass one that fails.
    package var files: any Files
    /// The present instant. Default: the system's clock.
    package var now: @Sendable () -> Date
    /// The program's name and version, for `octovault.json`. Default: `octovault`.
    package var tool: String
    /// Written into lock files, so that others can say who has a task. Default: this process's.
    package var processID: Int32
    /// How many cores read manifests and archives. Default: all there are.
    package var width: Int
    /// The index's file; nil for `catalog.sqlite` in the vault. Each machine that works on a vault of a shared file
    /// system has its own: SQLite's files are for one machine.
    package var catalogPath: String?
    /// How many seconds to wait for what other processes hold for moments only: the making of the catalog, a write to
    /// it. Default: 60.
    package var lockWait: Double
    /// Gets what is found out after the vault was opened, each once. Default: nobody does.
    package var report: @Sendable (Notice) -> Void

    package init(
        files: any Files = DiskFiles(), now: @escaping @Sendable () -> Date = { Date() }, tool: String = "octovault",
        processID: Int32 = ProcessInfo.processInfo.processIdentifier,
        width: Int = ProcessInfo.processInfo.activeProcessorCount, catalogPath: String? = nil, lockWait: Double = 60,
        report: @escaping @Sendable (Notice) -> Void = { _ in }
    ) {
        self.files = files
        self.now = now
        self.tool = tool
        self.processID = processID
        self.width = max(1, width)
        self.catalogPath = catalogPath
        self.report = report
        self.lockWait = lockWait
    }

    /// Where the index of a vault lies.
    func catalogPath(of layout: ArchiveLayout) -> String { catalogPath ?? layout.path(SnapshotVault.catalogName) }

    /// The file locked while the index is opened or made.
    func catalogLockPath(of layout: ArchiveLayout) -> String {
        catalogPath.map { $0 + ".lock" }
            ?? layout.path("\(SnapshotVault.locksName)/\(SnapshotVault.catalogLockName)")
    }

    /// Waits so long, and says so.
    var openWait: OpenWait {
        OpenWait(limit: lockWait) { [report] path in
            report(Notice(code: .waiting, message: "another process holds \(path); waiting"))
        }
    }
}
