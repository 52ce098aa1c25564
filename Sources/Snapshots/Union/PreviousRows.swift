import Archive
import Records
import RowJSON
import StorageTime
import Vault

/// The rows of the archives that a window has already, read block by block.
struct PreviousRows: Sendable {
    /// How many bytes of kept rows make one gzip member.
    static let blockBytes = 1 << 20

    /// How many of the newest archive's rows the cloud had lost when the window was last taken.
    var keptBefore = 0
    /// Whether the window has archives besides the newest.
    var hasEarlier = false
    /// Calls with the rows of the newest archive's members in turn, checked, and then with those rows of the earlier
    /// archives that it lacks; tells which of the two they are.
    let forEachBlock: @Sendable (_ body: (_ rows: RowBlock, _ isNewest: Bool) throws -> Void) throws -> Void
}

extension PreviousRows {
    /// The rows of a window that has a snapshot, of its own or as part of a compacted day's; none where it has no
    /// archive.
    init(of window: Window, in home: SnapshotAddress, locked: LockedTask, manifest: Manifest) throws {
        let newest: @Sendable ((RowBlock) throws -> Void) throws -> Void = { body in
            guard let (archive, members) = try locked.openRows(of: window, in: home) else { return }
            try archive.forEachMember(in: members) { _, ndjson in try body(RowBlock(ndjson: ndjson)) }
        }
        let earlier = try locked.openEarlier(of: window, in: home)
        guard !earlier.isEmpty else {
            self.init(keptBefore: manifest.kept) { body in try newest { try body($0, true) } }
            return
        }
        var rows = EarlierRows()
        try newest { try rows.insert(contentsOf: $0) }
        let kept = try earlier.map { archive in (archive, try rows.missing(from: archive.forEachBlock)) }
        self.init(keptBefore: manifest.kept, hasEarlier: true) { body in
            try newest { try body($0, true) }
            for (archive, runs) in kept {
                let others = runs.complement(below: archive.facts.rows)
                var place = 0
                try archive.forEachBlock { block in
                    try body(block.removing(runs: others, firstPlace: place), false)
                    place += block.count
                }
            }
        }
    }
}

extension ArchiveReader {
    /// Calls with the rows of each member in turn, checked.
    fileprivate func forEachBlock(_ body: (RowBlock) throws -> Void) throws {
        try forEachMember { _, ndjson in try body(RowBlock(ndjson: ndjson)) }
    }
}
