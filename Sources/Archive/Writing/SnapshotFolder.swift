package import Foundation
import Records

/// A date folder: the manifests and archives of one task's snapshots of one day.
///
/// What it says holds as long as the task's lock is held; without it, another process may change the folder at any
/// time.
package struct SnapshotFolder: Sendable {
    /// The folder's path.
    package let path: String
    package let files: any Files

    package init(path: String, files: any Files = DiskFiles()) {
        self.path = path
        self.files = files
    }

    /// The folder's files by what their names stand for, sorted by name; empty where there is no folder.
    package func entries() throws(ArchiveError) -> [(name: String, kind: SnapshotFileName)] {
        do {
            return try files.list(path).map { ($0, SnapshotFileName($0)) }
        } catch  where error.code == .notFound {
            return []
        }
    }

    /// The snapshot's committed manifest; nil where there is none.
    ///
    /// - Throws: the errors of ``Manifest/read(_:files:)``.
    package func manifest(of snapshot: SnapshotName) throws(ArchiveError) -> Manifest? {
        do {
            return try Manifest.read(PathText.join(path, snapshot.manifestName), files: files)
        } catch  where error.code == .notFound {
            return nil
        }
    }

    /// The number that the snapshot's next revision gets: above its manifest's and that of every file in the folder,
    /// partial ones included, so that nothing is ever overwritten.
    package func nextRevision(of snapshot: SnapshotName) throws(ArchiveError) -> Int {
        var highest = 0
        for entry in try entries() {
            var kind = entry.kind
            if case .partial(let final) = kind { kind = SnapshotFileName(final) }
            if case .archive(snapshot, let revision) = kind { highest = max(highest, revision) }
        }
        return max(highest, try manifest(of: snapshot)?.revision ?? 0) + 1
    }

    /// The first sequence number that no file of a capture taken in the second of `date` has.
    package func nextSequence(at date: Date) throws(ArchiveError) -> Int {
        let moment = date.wholeSecond
        var highest = 0
        for entry in try entries() {
            var kind = entry.kind
            if case .partial(let final) = kind { kind = SnapshotFileName(final) }
            switch kind {
            case .archive(.capture(moment, let sequence), _), .manifest(.capture(moment, let sequence)):
                highest = max(highest, sequence)
            default: continue
            }
        }
        return highest + 1
    }
}
