package import Archive
import Records
package import RowJSON

/// What still reads of a snapshot that was damaged and set aside.
///
/// Only rows that are the snapshot's own are among it. An archive whose members are all sound, and which is yet not the
/// one that its manifest names, is another's, and so is one that is known elsewhere: nothing of these is taken.
package struct Salvage: Sendable {
    /// Rows that still read, those of superseded archives aside.
    package private(set) var rows = 0
    /// Their digest.
    package private(set) var digest = RowsDigest()
    /// How many rows the snapshot's archive held and their digest, by its manifest; nil where that does not read
    /// either.
    package let promised: Promise?
    /// Whether its manifest, where that reads, says that somebody asked for its window.
    let isWanted: Bool?
    /// Rows that only superseded archives hold, and that still read.
    package private(set) var earlierRows = 0
    /// Whether every row of the superseded archives that the manifest names still reads.
    package private(set) var isEarlierWhole = true
    /// Whether every row that the snapshot held is among those that still read. Without a manifest, one archive that is
    /// sound from end to end counts as all there was.
    package private(set) var isWhole = false

    package struct Promise: Sendable, Hashable {
        package let rows: Int
        package let digest: RowsDigest
    }

    /// What was not searched to its end, a phrase each: files made so that searching them would take for ever.
    package private(set) var unsearched: [String] = []

    /// The archives in question, oldest revision first.
    private(set) var archives: [ArchiveSalvage] = []
    /// What reads of the superseded archives, oldest first.
    private(set) var earlier: [ArchiveSalvage] = []

    /// - Parameters:
    ///   - manifest: the snapshot's, where it is sound.
    ///   - paths: its archives, oldest revision first.
    ///   - isForeign: whether an archive of that SHA-256 is known to be another snapshot's.
    init(
        _ manifest: Manifest?, archives paths: [String], files: any Files, isForeign: (String) throws -> Bool
    ) throws {
        isWanted = manifest.map { !$0.isEdgeOnly }
        promised = manifest.map { Promise(rows: $0.rows, digest: $0.rowsDigest) }
        let facts = manifest?.archive
        let superseded = manifest?.superseded ?? []
        for path in paths where !superseded.contains(where: { $0.archive.file == PathText.name(of: path) }) {
            let own = facts?.file == PathText.name(of: path) ? facts : nil
            let salvage: ArchiveSalvage
            do {
                salvage = try ArchiveSalvage(path: path, facts: own, files: files)
            } catch is ArchiveError {
                continue
            }
            if let end = salvage.searchEnd {
                unsearched.append(
                    "\(PathText.name(of: path)) was searched for rows up to its byte \(end) and no further")
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
        try addEarlier(superseded, paths, files, isForeign)
        try forEachBlock { block, isEarlier in
            if isEarlier { return earlierRows += block.count }
            rows += block.count
            block.forEachRow { digest.add(row: $0) }
        }
        if let promised, promised.rows == rows, promised.digest == digest { isWhole = true }
        if !isEarlierWhole { isWhole = false }
    }

    /// Saves what reads of the superseded archives that a manifest names: they are the snapshot's as much as its newest
    /// is.
    private mutating func addEarlier(
        _ superseded: [Manifest.Superseded], _ paths: [String], _ files: any Files, _ isForeign: (String) throws -> Bool
    ) throws {
        for old in superseded {
            var isWhole = false
            // The same file may lie in several folders, of which one may read better than another.
            for path in paths where PathText.name(of: path) == old.archive.file && !isWhole {
                let salvage: ArchiveSalvage
                do {
                    salvage = try ArchiveSalvage(path: path, facts: old.archive, files: files)
                } catch is ArchiveError {
                    continue
                }
                isWhole = salvage.rows == old.rows && salvage.digest == old.rowsDigest
                if !isWhole, salvage.sha256 != old.archive.sha256, try isForeign(salvage.sha256) { continue }
                if !salvage.members.isEmpty { earlier.append(salvage) }
            }
            isEarlierWhole = isEarlierWhole && isWhole
        }
    }

    /// Calls with the rows that still read, block by block: first those of the newest archive. Rows that several
    /// archives hold come once.
    package func forEachBlock(_ body: (_ rows: RowBlock, _ isEarlier: Bool) throws -> Void) throws {
        let all = archives.map { ($0, false) } + earlier.map { ($0, true) }
        guard all.count > 1 else {
            for (archive, isEarlier) in all { try archive.forEachBlock { try body($0, isEarlier) } }
            return
        }
        var given: [RowHash: Int] = [:]
        for (archive, isEarlier) in all {
            var seen: [RowHash: Int] = [:]
            try archive.forEachBlock { block in
                var repeated: [Int] = []
                for index in 0..<block.count {
                    let hash = block.withRow(index) { RowHash(of: $0) }
                    seen[hash, default: 0] += 1
                    if seen[hash, default: 0] <= given[hash, default: 0] { repeated.append(index) }
                }
                try body(repeated.isEmpty ? block : block.removing(rowsAt: repeated), isEarlier)
            }
            given.merge(seen) { max($0, $1) }
        }
    }
}
