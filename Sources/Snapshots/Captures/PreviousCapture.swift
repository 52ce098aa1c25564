import Archive
import Catalog
import Records
import Vault

/// The newest capture of a source that a task has, whose rows are there.
///
/// A class for the reason that ``CaptureTaker`` is one: as an optional value it is large.
final class PreviousCapture: Sendable {
    let address: SnapshotAddress
    let manifest: Manifest

    /// nil where there is none, where its rows were pruned, and where its manifest or archive is damaged: then a new
    /// capture is wanted, whatever it holds.
    init?(of source: CaptureSource, _ locked: LockedTask) throws {
        var newest: SnapshotRecord?
        // Captures come by their time.
        try locked.vault.catalog.forEachSnapshot(tasks: [locked.task.text], source: source.rowSource) { newest = $0 }
        guard let newest, newest.state != .pruned, let slash = newest.path.lastIndex(of: "/"),
            case .manifest(let name) = SnapshotFileName(String(newest.path[newest.path.index(after: slash)...]))
        else { return nil }
        address = SnapshotAddress(source: source.rowSource, task: locked.task, name: name)
        let folder = locked.vault.layout.path(address.folder)
        do {
            guard let manifest = try locked.manifest(at: address) else { return nil }
            self.manifest = manifest
            _ = try ArchiveReader.open(manifest, folder: folder, files: locked.vault.configuration.files)
        } catch let error as VaultError where error.code == .damaged {
            return nil
        } catch let error as ArchiveError where error.isDamage {
            return nil
        }
    }

    func holds(_ digest: RowsDigest, rows: Int) -> Bool {
        manifest.rowsDigest == digest && manifest.rows == rows
    }
}
