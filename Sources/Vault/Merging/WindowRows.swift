import Archive
import Gzip
import RowJSON
import StorageTime

/// A window's manifest, and the archives that hold its rows: of a vault's own snapshot, or of a compacted day's part.
struct WindowRows: Sendable {
    /// As if the window were no part of a day.
    let manifest: Manifest
    /// The newest archive and the window's members in it; nil where it has no rows.
    private let newest: (archive: ArchiveReader, members: Range<Int>)?
    /// Archives of earlier revisions whose rows the newest lacks.
    private let earlier: [ArchiveReader]

    /// - Parameter folder: the path of the manifest's folder.
    /// - Returns: nil where the snapshot has no such window.
    /// - Throws: ``Archive/ArchiveError`` where an archive is not there, or not of its size.
    init?(of window: Window, in snapshot: Manifest, folder: String, files: any Files) throws(ArchiveError) {
        let isWhole = snapshot.window == window
        let part = isWhole ? nil : snapshot.part(of: window)
        guard let manifest = isWhole ? snapshot : Manifest(part: window, of: snapshot), isWhole || part != nil else {
            return nil
        }
        self.manifest = manifest
        let members = part?.members ?? 0..<(snapshot.archive?.members.count ?? 0)
        if members.isEmpty {
            newest = nil
        } else {
            newest = try ArchiveReader.open(snapshot, folder: folder, files: files).map { ($0, members) }
        }
        let old = isWhole ? snapshot.superseded.reversed() : snapshot.superseded(of: window)
        var earlier: [ArchiveReader] = []
        for one in old {
            earlier.append(
                try ArchiveReader(path: PathText.join(folder, one.archive.file), facts: one.archive, files: files))
        }
        self.earlier = earlier
    }

    var hasEarlier: Bool { !earlier.isEmpty }

    /// Calls with the newest archive's rows of the window, checked, block by block.
    func forEachNewest(_ body: (RowBlock) throws -> Void) throws {
        guard let newest else { return }
        try newest.archive.forEachMember(in: newest.members) { _, ndjson in try body(RowBlock(ndjson: ndjson)) }
    }

    /// All archives' rows of the window as ways to read them, the newest first.
    var archives: [(_ body: (RowBlock) throws -> Void) throws -> Void] {
        [forEachNewest]
            + earlier.map { archive in
                { body in try archive.forEachMember { _, ndjson in try body(RowBlock(ndjson: ndjson)) } }
            }
    }

    /// Appends the newest archive's members of the window as they are.
    func copyNewest(to draft: ArchiveDraft) throws {
        guard let newest else { return }
        try newest.archive.forEachEncodedMember { index, member in
            if newest.members.contains(index) { try draft.append(member) }
        }
    }
}

/// The rows that one of two revisions of a window lacks, by the union rule.
struct MissingRows {
    /// By the archive's place among those given, the places of its rows.
    private(set) var runs: [[Range<Int>]] = []
    private let archives: [(_ body: (RowBlock) throws -> Void) throws -> Void]

    /// - Parameters:
    ///   - base: whose newest archive has all of its own.
    ///   - other: whose rows are to be in it as well.
    /// - Complexity: O(*n*) in rows, each archive but the first read twice; memory for two hashes a row.
    init(base: WindowRows, other: WindowRows) throws { try self.init(base: base, others: other.archives) }

    /// - Parameter others: ways to read archives whose rows are to be in the base as well.
    init(base: WindowRows, others: [(_ body: (RowBlock) throws -> Void) throws -> Void]) throws {
        var rows = EarlierRows()
        try base.forEachNewest { try rows.insert(contentsOf: $0) }
        archives = Array(base.archives.dropFirst()) + others
        for archive in archives { runs.append(try rows.missing(from: archive)) }
    }

    /// The rows that none of those held is, each as often as it is there.
    ///
    /// - Parameter archive: reads all the rows in question, as one.
    init(
        notIn held: inout EarlierRows, of archive: @escaping (_ body: (RowBlock) throws -> Void) throws -> Void
    ) throws {
        archives = [archive]
        runs = [try held.missing(from: archive)]
    }

    var count: Int { runs.reduce(0) { $0 + $1.places } }

    /// Compresses the rows and hands them over as members of about a megabyte.
    func append(to draft: ArchiveDraft) throws {
        let encoder = try MemberEncoder()
        var block = RowBlock()
        func flush() throws {
            if block.count > 0 { try draft.append(try encoder.encode(block)) }
            block = RowBlock()
        }
        for (archive, runs) in zip(archives, runs) where !runs.isEmpty {
            var place = 0
            var rest = runs[...]
            try archive { rows in
                rows.forEachRow { row in
                    defer { place += 1 }
                    while let run = rest.first, run.upperBound <= place { rest.removeFirst() }
                    if rest.first?.contains(place) ?? false { block.append(row: row) }
                }
                if block.bytes.count >= 1 << 20 { try flush() }
            }
        }
        try flush()
    }
}
