import Archive
import Records
import StorageTime

/// Merges the manifests and archives of joining windows into those of one snapshot. Gzip members are copied as they
/// are.
struct DayMerge {
    /// In the order of their windows; without superseded archives.
    let manifests: [Manifest]
    let window: Window
    /// When windows were last counted again, by the history, which lives in the catalog alone: parts take it over.
    let counted: CountTimes

    /// What the compacted snapshot is to say, its archive and columns aside.
    func manifest(tool: String) throws -> Manifest {
        guard var day = manifests.first else { throw VaultError(.inconsistent, "a merge of no windows") }
        day.tool = tool
        day.taskName = manifests.last { !$0.taskName.isEmpty }?.taskName ?? ""
        day.window = window
        day.revision = 1
        day.requests = Manifest.sum(manifests.map(\.requests))
        day.attempts = manifests.reduce(1) { max($0, $1.attempts) }
        day.columns = []
        day.archive = nil
        day.replaces = manifests.compactMap { $0.window.map { SnapshotName.window($0).manifestName } }
        day.parts = []
        var member = 0
        for manifest in manifests {
            day.parts += manifest.windows(firstMember: member)
            member += manifest.archive?.members.count ?? 0
        }
        for index in day.parts.indices {
            let part = day.parts[index]
            guard let count = counted[part.window], count > part.recheckedAt ?? part.capturedAt else { continue }
            day.parts[index].recheckedAt = count
        }
        day.sumUpParts()
        if day.state == .pruned { day.columns = columns }
        return day
    }

    /// The keys that the manifests state, in first-seen order.
    private var columns: [String] {
        var seen: Set<[UInt8]> = []
        return manifests.flatMap(\.columns).filter { seen.insert(Array($0.utf8)).inserted }
    }

    /// Copies the archives' members, and proves what was copied: of each archive the checksum, the rows and their
    /// digest, and each row.
    ///
    /// - Throws: ``DamagedSource``; what writing throws; `CancellationError`.
    func copy(to draft: ArchiveDraft, folder: String, files: any Files) throws {
        try Self.copy(manifests, to: draft, folder: folder, files: files)
    }

    static func copy(_ manifests: [Manifest], to draft: ArchiveDraft, folder: String, files: any Files) throws {
        for manifest in manifests {
            do {
                guard let reader = try ArchiveReader.open(manifest, folder: folder, files: files) else { continue }
                var digest = RowsDigest()
                try reader.forEachEncodedMember { _, member in
                    digest.add(member.digest)
                    try draft.append(member)
                }
                guard digest == manifest.rowsDigest else {
                    throw ArchiveError(
                        .rowsDigest, "the rows of \(reader.path) are not those that its manifest stands for")
                }
            } catch let error as ArchiveError where error.isDamage {
                throw DamagedSource(manifest: manifest, error: error)
            }
        }
    }

    /// One of the archives is damaged.
    struct DamagedSource: Error {
        let manifest: Manifest
        let error: ArchiveError
    }
}
