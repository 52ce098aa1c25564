package import Archive
import Records
package import Restore
import StorageTime
package import Vault

/// Writes a folder's manifests as a list, and says what it wrote.
package struct ManifestExport: Sendable {
    package private(set) var snapshots = 0
    package private(set) var rows = 0
    package private(set) var bytes = 0
    package private(set) var damaged: [Damage] = []
    private var seen: Set<TaskID> = []

    /// - Parameters:
    ///   - tasks: tasks of which there must be something; nil asks for none.
    ///   - progress: called now and then.
    /// - Throws: ``Vault/VaultError``, `RestoreError`, `CancellationError`; ``Problem`` for a task of which there is
    ///   nothing. A file is not made then.
    package init(
        _ folder: FolderManifests, of tasks: [TaskID]?, to sink: any RowSink, progress: (ManifestExport) -> Void
    ) throws {
        do {
            try write(folder, to: sink, progress)
            for task in tasks ?? [] where !seen.contains(task) && damaged.isEmpty {
                throw Problem(
                    .dataDamaged, code: "unknown-task", "the vault holds nothing of task '\(task)' there",
                    hint: "octovault status, without a task, shows what it holds")
            }
            try sink.finish()
        } catch {
            sink.abandon()
            throw error
        }
    }

    private mutating func write(
        _ folder: FolderManifests, to sink: any RowSink, _ progress: (ManifestExport) -> Void
    ) throws {
        var folder = folder
        var buffer: [UInt8] = []
        while let entry = try folder.next() {
            try Task.checkCancellation()
            switch entry {
            case .damaged(let damage): damaged.append(damage)
            case .sound(let listed):
                buffer += ManifestLine.encode(path: listed.path, manifest: try folder.bytes(of: listed))
                seen.insert(listed.manifest.task)
                snapshots += 1
                rows.add(held: listed.manifest.rows)
                bytes.add(held: listed.manifest.archive?.bytes ?? 0)
            }
            guard buffer.count > 1 << 16 else { continue }
            try buffer.withUnsafeBytes { try sink.write($0) }
            buffer.removeAll(keepingCapacity: true)
            progress(self)
        }
        try buffer.withUnsafeBytes { try sink.write($0) }
    }

    package func json(file: String) -> OrderedJSON {
        .object([
            "file": .text(file), "snapshots": .integer(snapshots), "rows": .integer(rows), "bytes": .integer(bytes),
            "damaged": .array(damaged.map(\.json)),
        ])
    }
}
