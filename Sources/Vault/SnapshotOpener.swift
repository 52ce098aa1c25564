package import Archive
import Records
package import StorageTime

/// A snapshot that is read: its manifest, and its archive held open.
package struct OpenSnapshot: Sendable {
    /// The manifest's path, as it was opened or, where it was compacted meanwhile, that of the one that stands for it.
    package let path: String
    /// The whole snapshot's, of which the window that was asked for may be a part.
    package let manifest: Manifest
    /// nil where there are no rows.
    package let archive: ArchiveReader?
    /// The archive's members that hold the rows asked for.
    package let members: Range<Int>
    /// How many rows the manifest states for those members.
    package let rows: Int
    /// The sum of the hashes of those rows.
    package let digest: RowsDigest
}

/// Opens snapshots as they are at the moment, without a lock: the one place that knows how a vault changes under a
/// reader.
///
/// A new revision removes the archive of the one before once its own manifest is there, so where an archive is gone the
/// manifest is read again. A compaction removes manifests once the one that replaces them is there, so where a manifest
/// is gone the one of its folder that names it among `replaces` is read. An archive once open stays readable.
package struct SnapshotOpener: Sendable {
    /// Why a snapshot could not be opened.
    package enum Failure: Error {
        /// There is no such manifest, and none in its folder that replaces it.
        case gone
        /// The manifest that is there now is not of the window that was asked for.
        case ofAnotherWindow
        /// New revisions came faster than they could be opened: so often one after the other.
        case replaced(times: Int)
        case unreadable(ArchiveError)
    }

    /// How often a snapshot may be replaced between reading its manifest and opening its archive.
    private static let attempts = 5

    private let files: any Files

    package init(files: any Files) {
        self.files = files
    }

    /// Opens what a manifest names, whole.
    ///
    /// - Parameter path: the manifest's.
    package func open(_ path: String) throws(Failure) -> OpenSnapshot {
        try open(path) { path throws(Failure) in
            guard let manifest = try manifest(at: path) else { throw .gone }
            let members = 0..<(manifest.archive?.members.count ?? 0)
            return Rows(path: path, manifest: manifest, members: members, count: manifest.rows, manifest.rowsDigest)
        }
    }

    /// Opens what holds a window's rows: its own snapshot, or the compacted one that it is a part of.
    ///
    /// - Parameters:
    ///   - window: nil for a capture.
    ///   - path: the manifest's that holds it, or did.
    package func open(_ window: Window?, at path: String) throws(Failure) -> OpenSnapshot {
        try open(path) { path throws(Failure) in
            var (path, manifest) = (path, try manifest(at: path))
            if manifest == nil { (path, manifest) = try successor(of: path) }
            guard let manifest else { throw .gone }
            if manifest.window == window {
                let members = 0..<(manifest.archive?.members.count ?? 0)
                return Rows(path: path, manifest: manifest, members: members, count: manifest.rows, manifest.rowsDigest)
            }
            guard let part = window.flatMap(manifest.part(of:)) else { throw .ofAnotherWindow }
            return Rows(path: path, manifest: manifest, members: part.members, count: part.rows, part.rowsDigest)
        }
    }

    /// What a manifest says of the rows that were asked for.
    private struct Rows {
        let path: String
        let manifest: Manifest
        let members: Range<Int>
        let count: Int
        let digest: RowsDigest

        init(path: String, manifest: Manifest, members: Range<Int>, count: Int, _ digest: RowsDigest) {
            self.path = path
            self.manifest = manifest
            self.members = members
            self.count = count
            self.digest = digest
        }
    }

    private func open(
        _ path: String, _ read: (_ path: String) throws(Failure) -> Rows
    ) throws(Failure) -> OpenSnapshot {
        var last: Manifest?
        for _ in 0..<Self.attempts {
            let rows = try read(path)
            do throws(ArchiveError) {
                let folder = PathText.parent(of: rows.path)
                return OpenSnapshot(
                    path: rows.path, manifest: rows.manifest,
                    archive: try ArchiveReader.open(rows.manifest, folder: folder, files: files),
                    members: rows.members, rows: rows.count, digest: rows.digest)
            } catch {
                // The same manifest again: the archive is gone, and nothing took its place.
                guard error.code == .archiveMissing, rows.manifest != last else { throw .unreadable(error) }
            }
            last = rows.manifest
        }
        throw .replaced(times: Self.attempts)
    }

    private func manifest(at path: String) throws(Failure) -> Manifest? {
        do throws(ArchiveError) {
            return try Manifest.read(path, files: files)
        } catch {
            if error.code == .notFound { return nil }
            throw .unreadable(error)
        }
    }

    /// The compacted manifest, in the same folder, that stands for a manifest that is gone.
    private func successor(of path: String) throws(Failure) -> (path: String, manifest: Manifest?) {
        let (folder, name) = (PathText.parent(of: path), PathText.name(of: path))
        do throws(ArchiveError) {
            for entry in try SnapshotFolder(path: folder, files: files).entries() {
                guard case .manifest = entry.kind else { continue }
                let path = PathText.join(folder, entry.name)
                let manifest = try Manifest.read(path, files: files)
                if manifest.replaces.contains(name) { return (path, manifest) }
            }
            return (path, nil)
        } catch {
            if error.code == .notFound { return (path, nil) }
            throw .unreadable(error)
        }
    }
}
