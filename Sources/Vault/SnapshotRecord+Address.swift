package import Archive
package import Catalog
import StorageTime

extension SnapshotRecord {
    /// Where the snapshot lies, made from its source, its task and its window or moment, as all paths are; nil where
    /// the index names another place, as a damaged index does, or one that somebody tampered with.
    package var address: SnapshotAddress? {
        guard let task = try? TaskID(task), case .manifest(let name) = SnapshotFileName(PathText.name(of: path)),
            name.window == window
        else { return nil }
        let address = SnapshotAddress(source: source, task: task, name: name)
        return address.manifestPath == path ? address : nil
    }
}

extension SnapshotAddress {
    /// The path of an archive of the snapshot, below the vault's folder; nil for a name that none of its archives has.
    package func archivePath(named file: String) -> String? {
        guard case .archive(name, let revision) = SnapshotFileName(file) else { return nil }
        return archivePath(revision: revision)
    }
}

extension VaultError {
    /// That the index names a snapshot where none of the kind belongs.
    static func misplaced(_ record: SnapshotRecord, _ root: String) -> VaultError {
        VaultError(
            .catalogDamaged,
            "the catalog of \(root) names '\(record.archive ?? "")' at '\(record.path)' for task '\(record.task)', which is not"
                + " where it belongs",
            hint: "make the index again with `octovault catalog rebuild`; archives and manifests are unharmed by this")
    }
}
