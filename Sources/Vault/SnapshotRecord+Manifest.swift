import Archive
import Catalog
import Records

extension SnapshotRecord {
    /// What the catalog keeps of a manifest.
    ///
    /// - Parameters:
    ///   - path: the manifest's, below the vault.
    ///   - sha256: the manifest file's own checksum.
    init(_ manifest: Manifest, path: String, sha256: String) {
        self.init(
            path: path, task: manifest.task.text, taskName: manifest.taskName, source: manifest.source,
            window: manifest.window, facts: manifest.facts, host: manifest.host, timeZone: manifest.timeZone,
            convention: manifest.convention, proof: manifest.proof,
            bytes: manifest.archive?.bytes ?? 0, uncompressedBytes: manifest.archive?.uncompressedBytes ?? 0,
            rowsDigest: manifest.rowsDigest.hex, columns: manifest.columns, archive: manifest.archive?.file,
            archiveSHA256: manifest.archive?.sha256, manifestSHA256: sha256,
            parts: manifest.parts.map { WindowFacts($0, archive: manifest.archive) }, isEdgeOnly: manifest.isEdgeOnly)
    }
}

extension WindowFacts {
    fileprivate init(_ part: Manifest.Part, archive: ArchiveFacts?) {
        let members = archive?.members ?? []
        self.init(
            window: part.window, facts: part.facts,
            bytes: members[part.members.clamped(to: members.indices)].reduce(0) { $0 + $1.bytes },
            rowsDigest: part.rowsDigest.hex)
    }
}
