import Archive
import Records

/// A snapshot of another vault that has no counterpart here.
struct MergeCandidate: Sendable {
    /// As it is there.
    private(set) var manifest: Manifest
    /// Where it lies there.
    let origin: SnapshotAddress
    /// Where it is to lie here.
    private(set) var address: SnapshotAddress
    /// The manifest file's own checksum.
    let sha256: String
    /// Whether the report tells of it already.
    var isCounted = false

    init(_ manifest: Manifest, at address: SnapshotAddress, sha256: String) {
        self.manifest = manifest
        self.sha256 = sha256
        origin = address
        self.address = address
    }

    /// Notes that somebody asked for its window.
    mutating func claim() { manifest.isEdgeOnly = false }

    mutating func place(at address: SnapshotAddress) { self.address = address }

    /// Whether another manifest is of the same capture: what is learnt of one later, and that its rows were given up,
    /// makes it no other.
    func isSameCapture(as other: Manifest) -> Bool {
        let isPruned = manifest.state == .pruned || other.state == .pruned
        return Self.identity(manifest, isPruned) == Self.identity(other, isPruned)
    }

    private static func identity(_ manifest: Manifest, _ isPruned: Bool) -> Manifest {
        var manifest = manifest
        manifest.tool = ""
        manifest.revision = 1
        manifest.recheckedAt = nil
        manifest.taskName = ""
        manifest.archive?.file = ""
        manifest.mark?.isConfirmed = false
        guard isPruned else { return manifest }
        manifest.state = .pruned
        manifest.archive = nil
        manifest.absent = nil
        manifest.superseded = []
        manifest.columns = []
        return manifest
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
