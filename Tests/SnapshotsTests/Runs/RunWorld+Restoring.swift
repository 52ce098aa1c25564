import Archive
import Catalog
import Records
import Restore
import StorageTime
import Synchronization
import Vault

@testable import Snapshots

extension SnapshotVault {
    /// What a restore of all that a task has writes, row by row.
    ///
    /// - Parameter present: whether rows are left out that the cloud no longer had.
    func restored(
        _ task: String, source: RowSource = .storageTime, present: Bool = false
    ) async throws -> (rows: [String], receipt: RestoreReceipt) {
        var snapshots: [StoredSnapshot] = []
        try forEachSnapshot(tasks: [TaskID(task)], source: source) { record in
            guard let manifest = try manifest(at: record.path) else { return }
            var snapshot = StoredSnapshot(manifest, manifestPath: layout.path(record.path))
            if !present { try snapshot.findEarlier() }
            snapshots.append(snapshot)
        }
        let plan = try RestorePlan(
            RestoreRequest(task: task, source: source, allowGaps: true, present: present, vault: layout.root),
            snapshots: snapshots)
        let sink = TextSink()
        let receipt = try await Restorer().restore(plan, RestoreOptions(format: .ndjson), to: sink)
        return (sink.lines, receipt)
    }
}

extension RunWorld {
    /// What a restore of all that is there writes, row by row.
    func restored() async throws -> [String] { try await vault.restored(task.text).rows }
}

/// Gathers an output's lines.
final class TextSink: RowSink {
    private let bytes = Mutex<[UInt8]>([])

    var lines: [String] {
        String(decoding: bytes.withLock { $0 }, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    func write(_ more: UnsafeRawBufferPointer) throws(RestoreError) { bytes.withLock { $0 += Array(more) } }
    func finish() throws(RestoreError) {}
    func abandon() {}
}
