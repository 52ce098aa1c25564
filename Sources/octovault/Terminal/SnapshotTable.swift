import Archive
import Catalog
import Operations
import Records
import StorageTime
import Vault

/// Snapshots on a screen: a heading and a table for each task and source.
///
/// A table is written in pieces, so that a vault of a million windows is listed in bounded memory.
struct SnapshotTable {
    let terminal: Terminal
    private var pending: [SnapshotRecord] = []

    /// The rows of a piece; columns are aligned within it.
    private static let rowsOfPiece = 2000

    init(_ terminal: Terminal) { self.terminal = terminal }

    mutating func add(_ record: SnapshotRecord) throws {
        if let first = pending.first {
            let isOther = first.task != record.task || first.source != record.source
            if isOther || pending.count == Self.rowsOfPiece { try flush() }
        }
        pending.append(record)
    }

    /// Writes what was added and not written yet.
    mutating func flush() throws {
        guard let first = pending.first else { return }
        let source = first.source == .storageTime ? "" : ", \(first.source.rawValue)"
        let name = first.taskName.isEmpty || first.taskName == first.task ? "" : "  \(first.taskName)"
        try terminal.printSentence("\(first.task)\(name)\(source)", indent: "")
        try terminal.printTable(Self.table(pending))
        pending.removeAll(keepingCapacity: true)
    }

    /// - Parameter records: of one task and source.
    static func table(_ records: [SnapshotRecord]) -> TextTable {
        var table = TextTable(columns: [
            .flexible("FROM"), .left("TO"), .left("CAPTURED"), .left("STATE").optional, .right("ROWS").optional,
            .right("SIZE").optional, .right("REVISION").optional, .right("KEPT").optional,
            .right("WINDOWS").optional, .left("NOTE").optional,
        ])
        for record in records {
            table.rows.append([
                record.window?.from.shortestText ?? "", record.window?.to.shortestText ?? "",
                record.window == nil ? record.capturedAt.utcText : "", record.state.rawValue, record.rows.grouped,
                record.bytes.byteSize, String(record.revision), record.kept == 0 ? "" : record.kept.grouped,
                record.parts.isEmpty ? "" : record.parts.count.grouped, record.isEdgeOnly ? "for an edge only" : "",
            ])
            table.styles.append(record.state == .unproven ? .warning : .plain)
        }
        return table
    }
}
