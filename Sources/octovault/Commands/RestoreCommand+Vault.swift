import Archive
import Catalog
import Restore
import Vault

extension SnapshotVault {
    /// Restores a task's rows to a file, or to standard output.
    ///
    /// - Parameter path: nil for standard output.
    func restore(
        _ request: RestoreRequest, _ options: RestoreOptions, to path: String?,
        onProgress: @escaping @Sendable (Restorer.Progress) -> Void = { _ in }
    ) async throws -> RestoreReceipt {
        var snapshots: [StoredSnapshot] = []
        try forEachSnapshot(tasks: [TaskID(request.task)], source: request.source) { record in
            snapshots.append(StoredSnapshot(record, root: layout))
        }
        let plan = try RestorePlan(request, snapshots: snapshots)
        let sink: any RowSink = try path.map { try FileSink(path: $0) } ?? DescriptorSink.standardOutput()
        return try await Restorer().restore(plan, options, to: sink, onProgress: onProgress)
    }
}

extension StoredSnapshot {
    init(_ record: SnapshotRecord, root: ArchiveLayout) {
        self.init(
            manifestPath: root.path(record.path), window: record.window, state: Manifest.State(record.state),
            capturedAt: record.capturedAt, rows: record.rows, uncompressedBytes: record.uncompressedBytes,
            columns: record.columns,
            parts: record.parts.map { Part(window: $0.window, state: Manifest.State($0.state), rows: $0.rows) })
    }
}

extension Manifest.State {
    init(_ state: SnapshotState) {
        switch state {
        case .sealed: self = .sealed
        case .empty: self = .empty
        case .unproven: self = .unproven
        case .pruned: self = .pruned
        }
    }
}
