import Archive
import Catalog
import OctoparseAPI
import Records
import RowJSON
import Vault

/// Compares a task's increments with what the API has now. Nothing is written, and no lock is taken.
struct IncrementCheck: Sendable {
    let connection: SnapshotConnection
    /// Whether all rows are read and compared.
    let isDeep: Bool

    /// - Returns: nil where the vault has no increments of the task.
    func run(_ task: TaskID) async throws -> IncrementCount? {
        let (records, newest) = try records(of: task)
        guard let newest else { return nil }
        let cursors = try connection.requireCursors()
        var count = IncrementCount(task: task.text)
        count.rows = records.filter { $0.state != .pruned }.reduce(0) { $0 + $1.rows }
        count.kept = newest.kept
        count.expected = max(0, records.reduce(0) { $0 + $1.rows } - newest.kept)
        let page = try await cursors.rows(
            .all(task: task.text), behind: newest.range?.through ?? CursorRange.start, size: 1)
        count.total = page.total
        count.behind = page.rows.count + page.restTotal
        // A cursor may give its own row again.
        if page.total - count.behind == count.expected - 1, !page.rows.isEmpty, try isLast(page.rows, records) {
            count.behind -= 1
        }
        count.counted = page.total - count.behind
        if isDeep { try await compare(task, records, cursors, &count) }
        return count
    }

    private func compare(
        _ task: TaskID, _ records: [SnapshotRecord], _ cursors: any CursorSource, _ count: inout IncrementCount
    ) async throws {
        var here = RowMultiset()
        for record in records {
            try forEachBlock(of: record) { block in block.forEachRow { here.insert(RowHash(of: $0)) } }
        }
        let reader = CursorReader(
            context: connection.context(report: { _ in }), cursors: cursors, query: .all(task: task.text),
            what: "increments")
        var new = 0
        let read = try await reader.readAll { rows, _, _ in
            rows.forEachRow { if !here.remove(RowHash(of: $0)) { new += 1 } }
        }
        count.total = read.rows
        count.new = max(0, new - max(0, read.rows - count.counted))
        count.gone = max(0, here.count - count.kept)
    }

    private func records(of task: TaskID) throws -> ([SnapshotRecord], Manifest?) {
        var records: [SnapshotRecord] = []
        let damaged = Set(try connection.vault.index(of: [task]).damages(of: task.text).map(\.path))
        try connection.vault.forEachSnapshot(tasks: [task], source: .increments) { record in
            if record.host == connection.host, !damaged.contains(record.path) { records.append(record) }
        }
        records = records.compactMap { record in record.address.map { ($0.name, record) } }
            .sorted { $0.0 < $1.0 }.map(\.1)
        guard let newest = records.last else { return ([], nil) }
        let manifest = try Manifest.read(
            connection.vault.layout.path(newest.path), files: connection.vault.configuration.files)
        return (records, manifest)
    }

    private func isLast(_ rows: RowBlock, _ records: [SnapshotRecord]) throws -> Bool {
        guard let record = records.last(where: { $0.archive != nil }) else { return false }
        var last: [UInt8] = []
        try forEachBlock(of: record) { block in
            if block.count > 0 { last = block.withRow(block.count - 1) { Array($0) } }
        }
        return rows.withRow(0) { $0.elementsEqual(last) }
    }

    private func forEachBlock(of record: SnapshotRecord, _ body: (RowBlock) throws -> Void) throws {
        guard record.archive != nil else { return }
        let path = connection.vault.layout.path(record.path)
        let files = connection.vault.configuration.files
        let manifest = try Manifest.read(path, files: files)
        let archive = try ArchiveReader.open(manifest, folder: PathText.parent(of: path), files: files)
        try archive?.forEachMember { _, ndjson in try body(RowBlock(ndjson: ndjson)) }
    }
}
