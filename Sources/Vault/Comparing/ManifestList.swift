package import Archive
import Records
package import StorageTime

/// Manifests one after the other, in the order of their paths, each folder's by their names' bytes.
package protocol ManifestList: Sendable {
    /// The next one; nil at the end.
    ///
    /// - Throws: ``VaultError``; no more is to be had then.
    mutating func next() throws(VaultError) -> ManifestEntry?
}

/// One of a list's elements.
package enum ManifestEntry: Sendable {
    case sound(ListedManifest)
    /// What is there, and does not read.
    case damaged(Damage)

    /// The manifest's path below its vault; the folder's, where it is the folder that does not read.
    package var path: String {
        switch self {
        case .sound(let listed): listed.path
        case .damaged(let damage): damage.manifest
        }
    }
}

/// A manifest, and where it lies.
package struct ListedManifest: Sendable, Hashable {
    /// Below the vault.
    package var path: String
    package var manifest: Manifest
    /// The checksum that stands at the manifest's end.
    package var sha256: String

    package init(path: String, manifest: Manifest, sha256: String) {
        self.path = path
        self.manifest = manifest
        self.sha256 = sha256
    }

    /// Whether both stand for the same rows in the same state, in the same archive; when they were last counted may
    /// differ.
    package func holdsTheSame(as other: ListedManifest) -> Bool {
        let (one, two) = (manifest, other.manifest)
        return one.state == two.state && one.revision == two.revision && one.rows == two.rows
            && one.rowsDigest == two.rowsDigest && one.archive == two.archive && one.superseded == two.superseded
            && one.parts.map(\.window) == two.parts.map(\.window)
    }
}

/// Which manifests are wanted.
package struct ManifestSelection: Sendable, Hashable {
    /// nil for all.
    package var tasks: Set<TaskID>?
    /// Only windows that overlap it, and no captures; nil for all.
    package var range: Window?

    package init(tasks: [TaskID]? = nil, range: Window? = nil) {
        self.tasks = tasks.map(Set.init)
        self.range = range
    }

    func contains(_ manifest: Manifest) -> Bool {
        contains(manifest.task) && contains(manifest.window)
    }

    func contains(_ task: TaskID) -> Bool { tasks?.contains(task) ?? true }

    func contains(_ window: Window?) -> Bool {
        guard let range else { return true }
        return window.map(range.overlaps) ?? false
    }
}
