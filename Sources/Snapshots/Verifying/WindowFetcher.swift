import Archive
import Catalog
import OctoparseAPI
import Records
import RowJSON
import StorageTime
import Vault

/// Fetches the rows of a window once more and compares them with its archive, keeping neither.
///
/// The digest of the rows tells equal rows whatever their order; only where it differs are rows compared by value.
/// Memory: a hash a row of one window.
struct WindowFetcher: Sendable {
    let vault: SnapshotVault
    let reader: WindowReader

    func compare(_ record: WindowRecord) async throws -> RemoteReport.Verdict {
        if record.state == .pruned { return .equal }
        var fetched: [RowHash] = []
        var values = RowMultiset()
        try await fetch(record.window) { block in
            block.forEachRow { fetched.append(RowHash(of: $0)) }
            try values.insert(contentsOf: block)
        }
        var archived: [RowHash] = []
        var gone = 0
        var scratch: [UInt8] = []
        try forEachBlock(of: record) { block in
            try block.forEachRow { row in
                archived.append(RowHash(of: row))
                if !values.remove(try RowMultiset.key(of: row, scratch: &scratch)) { gone += 1 }
            }
        }
        if fetched == archived { return .equal }
        // Rows that the cloud was known to have lost are no change.
        let isSame = values.count == 0 && gone == record.facts.kept
        guard isSame else { return .changed(new: values.count, gone: max(0, gone - record.facts.kept)) }
        return Self.isInOrder(fetched, in: archived) ? .equal : .reordered
    }

    /// Whether `rows` come in `archived` one after the other, with others in between.
    private static func isInOrder(_ rows: [RowHash], in archived: [RowHash]) -> Bool {
        var rest = rows[...]
        for row in archived where row == rest.first { rest.removeFirst() }
        return rest.isEmpty
    }

    private func fetch(_ window: Window, deliver: (RowBlock) throws -> Void) async throws {
        var pieces = [window]
        while let piece = pieces.popLast() {
            try Task.checkCancellation()
            switch try await reader.read(piece) {
            case .rows(let own): try deliver(own.rows)
            case .cut(let smaller): pieces += smaller.pieces.reversed()
            case .paged(let size):
                _ = try await reader.readPaged(piece, size: size) { try deliver($0) }
            }
        }
    }

    /// The archived rows of the window, which may be one part of a compacted snapshot.
    private func forEachBlock(of record: WindowRecord, _ body: (RowBlock) throws -> Void) throws {
        let snapshot = try vault.open(record.window, at: record.path)
        guard let archive = snapshot.archive else { return }
        try archive.forEachMember(in: snapshot.members) { _, ndjson in try body(RowBlock(ndjson: ndjson)) }
    }
}
