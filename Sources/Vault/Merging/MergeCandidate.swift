import Archive
import Records

/// A snapshot of another vault that has no counterpart here.
struct MergeCandidate: Sendable {
    /// As it is there.
    let manifest: Manifest
    /// Where it lies there.
    let origin: SnapshotAddress
    /// Where it is to lie here.
    private(set) var address: SnapshotAddress
    /// The manifest file's own checksum.
    let sha256: String

    init(_ manifest: Manifest, at address: SnapshotAddress, sha256: String) {
        self.manifest = manifest
        self.sha256 = sha256
        origin = address
        self.address = address
    }

    mutating func place(at address: SnapshotAddress) { self.address = address }

    /// Whether another capture's manifest says the same, names of files aside.
    func isSameCapture(as other: Manifest) -> Bool {
        var (one, two) = (manifest, other)
        for index in [0, 1] {
            var manifest = index == 0 ? one : two
            manifest.tool = ""
            manifest.revision = 1
            manifest.recheckedAt = nil
            manifest.taskName = ""
            manifest.archive?.file = ""
            if index == 0 { one = manifest } else { two = manifest }
        }
        return one == two
    }

    enum Prepared: Sendable {
        /// Ready to be published; nil in a dry run.
        case sound(PendingSnapshot?)
        case unsound(ArchiveError)
    }

    /// Reads the archive through, and gives it a name here.
    ///
    /// - Throws: ``VaultError`` where it cannot be written here; `GzipError`, `CancellationError`.
    func prepare(from source: MergeSource, for locked: LockedTask, isDryRun: Bool) throws -> Prepared {
        let folder = source.layout.path(origin.folder)
        let findings = try SnapshotCheck(deep: true, files: source.files).run(manifest, folder: folder)
        if let problem = findings.problems.first { return .unsound(problem) }
        guard !isDryRun else { return .sound(nil) }
        do {
            return .sound(try locked.adopt(self, from: source))
        } catch let error as Unsound {
            return .unsound(error.error)
        }
    }

    /// What is wrong with the other vault's file.
    struct Unsound: Error { let error: ArchiveError }
}
