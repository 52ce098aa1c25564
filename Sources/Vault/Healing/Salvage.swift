package import Archive
package import RowJSON

/// What still reads of a snapshot that was damaged and set aside.
///
/// Only rows that are the snapshot's own are among it. An archive whose members are all sound, and which is yet not the one
/// that its manifest names, is another's, and so is one that is known elsewhere: nothing of these is taken.
package struct Salvage: Sendable {
    /// Rows that still read.
    package private(set) var rows = 0
    /// Their digest.
    package private(set) var digest = RowsDigest()
    /// How many rows the snapshot held and their digest, by its manifest; nil where that does not read either.
    package let promised: Promise?
    /// Whether every row that the snapshot held is among those that still read. Without a manifest, one archive that is
    /// sound from end to end counts as all there was.
    package private(set) var isWhole = false

    package struct Promise: Sendable, Hashable {
        package let rows: Int
        package let digest: RowsDigest
    }

    /// The archives in question, oldest revision first.
    private(set) var archives: [ArchiveSalvage] = []

    /// - Parameters:
    ///   - manifest: the snapshot's, where it is sound.
    ///   - paths: its archives, oldest revision first.
    ///   - isForeign: whether an archive of that SHA-256 is known to be another snapshot's.
    init(
        _ manifest: Manifest?, archives paths: [String], files: any Files, isForeign: (String) throws -> Bool
    ) throws {
        promised = manifest.map { Promise(rows: $0.rows, digest: $0.rowsDigest) }
        let facts = manifest?.archive
        let superseded = Set(manifest?.superseded.map(\.archive.file) ?? [])
        for path in paths where !superseded.contains(PathText.name(of: path)) {
            let own = facts?.file == PathText.name(of: path) ? facts : nil
            let salvage: ArchiveSalvage
            do {
                salvage = try ArchiveSalvage(path: path, facts: own, files: files)
            } catch is ArchiveError {
                continue
            }
            // Where there is no manifest, a window of the same rows is likelier than two damages at once.
            if manifest != nil, salvage.sha256 != own?.sha256, try isForeign(salvage.sha256) { continue }
            if let own, let promised, salvage.isComplete {
                // The very bytes that the manifest names, or at least its rows: then they are all there are.
                guard salvage.sha256 == own.sha256 || salvage.digest == promised.digest else { continue }
                archives = [salvage]
                isWhole = true
                break
            }
            if !salvage.members.isEmpty { archives.append(salvage) }
        }
        if manifest != nil, facts == nil { isWhole = true }
        if manifest == nil { isWhole = archives.count == 1 && archives[0].isComplete && paths.count == 1 }
        try forEachBlock { block in
            rows += block.count
            block.forEachRow { digest.add(row: $0) }
        }
        if let promised, promised.rows == rows, promised.digest == digest { isWhole = true }
    }

    /// Calls with the rows that still read, block by block. Rows that several revisions' archives hold come once.
    package func forEachBlock(_ body: (RowBlock) throws -> Void) throws {
        guard archives.count > 1 else {
            for archive in archives { try archive.forEachBlock(body) }
            return
        }
        var given: [RowHash: Int] = [:]
        for archive in archives {
            var seen: [RowHash: Int] = [:]
            try archive.forEachBlock { block in
                var repeated: [Int] = []
                for index in 0..<block.count {
                    let hash = block.withRow(index) { RowHash(of: $0) }
                    seen[hash, default: 0] += 1
                    if seen[hash, default: 0] <= given[hash, default: 0] { repeated.append(index) }
                }
                try body(repeated.isEmpty ? block : block.removing(rowsAt: repeated))
            }
            given.merge(seen) { max($0, $1) }
        }
    }
}
