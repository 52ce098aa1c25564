package import Records
import StorageTime

/// Where a snapshot lies: its source, its task, and what it is of.
package struct SnapshotAddress: Sendable, Hashable {
    package var source: RowSource
    package var task: TaskID
    package var name: SnapshotName

    package init(source: RowSource, task: TaskID, name: SnapshotName) {
        self.source = source
        self.task = task
        self.name = name
    }

    /// The address that a manifest's path below the vault's folder stands for; nil for any other path.
    ///
    /// - Parameter task: whose folder it is: a long id cannot be read back from a folder's name.
    package init?(manifestPath path: String, task: TaskID) {
        guard let parts = ArchiveLayout.parse(dateFolder: PathText.parent(of: path)),
            case .manifest(let name) = SnapshotFileName(PathText.name(of: path))
        else { return nil }
        self.init(source: parts.source, task: task, name: name)
        guard manifestPath == path else { return nil }
    }

    /// The folder below the vault's: `vault_source=storage-time/vault_task=<id>/vault_date=2013-01-01`.
    package var folder: String { "\(ArchiveLayout.taskFolder(source: source, task: task))/vault_date=\(name.date)" }

    /// The manifest's path below the vault's folder.
    package var manifestPath: String { "\(folder)/\(name.manifestName)" }

    /// A revision's archive, as a path below the vault's folder.
    package func archivePath(revision: Int) -> String { "\(folder)/\(name.archiveName(revision: revision))" }
}

extension SnapshotAddress: CustomStringConvertible {
    package var description: String {
        switch name {
        case .window(let window): "task \(task), \(window)"
        case .capture: "task \(task), \(source.rawValue) \(name.stem)"
        }
    }
}
