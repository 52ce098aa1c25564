package import Archive
package import Foundation
import Records
import RowJSON
package import StorageTime

extension StoredSnapshot {
    /// Rows of a superseded archive that no later archive of the snapshot holds: they are the snapshot's as well.
    package struct Earlier: Sendable, Hashable {
        /// The window whose rows they are; nil where a compacted day does not tell which of its windows.
        package var window: Window?
        package var archive: ArchiveFacts
        package var capturedAt: Date
        /// Of all rows in the archive.
        package var digest: RowsDigest
        /// The places of the rows that later archives hold, as ascending runs.
        package var omitted: [Range<Int>]
        /// Every key of the rows, in first-seen order.
        package var columns: [String]

        package var rows: Int { archive.rows - omitted.places }
    }

    /// How often a snapshot may be replaced while its archives are read.
    private static let attempts = 5

    /// Looks for superseded archives. Only a snapshot of a second or later revision can have any.
    ///
    /// - Throws: ``RestoreError/Code/damaged``, ``RestoreError/Code/changed``, ``RestoreError/Code/cannotRead``.
    /// - Complexity: one list of the folder where there are none; else O(*n*) in the rows of all of the snapshot's
    ///   archives.
    package mutating func findEarlier(files: any Files = DiskFiles()) throws(RestoreError) {
        guard rows > 0, state != .pruned, try hasSeveralArchives(files) else { return }
        for attempt in 1...Self.attempts {
            do throws(ArchiveError) {
                guard let manifest = try manifest(files) else { return }
                earlier = try Self.earlier(of: manifest, folder: PathText.parent(of: manifestPath), files)
                return
            } catch {
                guard error.code == .archiveMissing, attempt < Self.attempts else { throw RestoreError(reading: error) }
            }
        }
    }

    private func manifest(_ files: any Files) throws(ArchiveError) -> Manifest? {
        do throws(ArchiveError) {
            return try Manifest.read(manifestPath, files: files)
        } catch {
            // A compacted one stands for it now, which has no superseded archives of its own.
            if error.code == .notFound { return nil }
            throw error
        }
    }

    private func hasSeveralArchives(_ files: any Files) throws(RestoreError) -> Bool {
        guard case .manifest(let name) = SnapshotFileName(PathText.name(of: manifestPath)) else { return false }
        do throws(ArchiveError) {
            let entries = try SnapshotFolder(path: PathText.parent(of: manifestPath), files: files).entries()
            return entries.count { if case .archive(name, _) = $0.kind { true } else { false } } > 1
        } catch {
            throw RestoreError(reading: error)
        }
    }

    private static func earlier(
        of manifest: Manifest, folder: String, _ files: any Files
    ) throws(ArchiveError) -> [Earlier] {
        guard !manifest.superseded.isEmpty else { return [] }
        var seen: [Window: EarlierRows] = [:]
        var found: [Earlier] = []
        for old in manifest.superseded.reversed() {
            let owner = manifest.owner(of: old)
            var omitted: [Range<Int>] = []
            let archive = try ArchiveReader(
                path: PathText.join(folder, old.archive.file), facts: old.archive, files: files)
            var columns = ColumnCollector()
            do {
                if let owner {
                    var rows = try seen[owner] ?? newest(of: owner, manifest, folder, files)
                    omitted = try rows.missing { body in
                        try archive.forEachMember { _, ndjson in try body(RowBlock(ndjson: ndjson)) }
                    }.complement(below: old.archive.rows)
                    seen[owner] = rows
                }
                var place = 0
                try archive.forEachMember { _, ndjson in
                    let block = RowBlock(ndjson: ndjson)
                    try block.removing(runs: omitted, firstPlace: place).forEachRow { try columns.observe($0) }
                    place += block.count
                }
            } catch let error as ArchiveError {
                throw error
            } catch {
                throw ArchiveError(.rowMalformed, "a row of \(archive.path) is no JSON object", cause: error)
            }
            let earlier = Earlier(
                window: owner, archive: old.archive, capturedAt: old.capturedAt, digest: old.rowsDigest,
                omitted: omitted,
                columns: columns.names)
            if earlier.rows > 0 { found.append(earlier) }
        }
        return found
    }

    /// The rows of a window in the newest archive.
    private static func newest(
        of window: Window, _ manifest: Manifest, _ folder: String, _ files: any Files
    ) throws -> EarlierRows {
        var rows = EarlierRows()
        let members = window == manifest.window ? nil : manifest.part(of: window)?.members
        try ArchiveReader.open(manifest, folder: folder, files: files)?.forEachMember(in: members) { _, ndjson in
            try rows.insert(contentsOf: RowBlock(ndjson: ndjson))
        }
        return rows
    }
}
