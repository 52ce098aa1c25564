package import Archive
import Catalog
package import Records
import Restore
import Spelling
package import Vault

extension SnapshotVault {
    /// The sources that a restore takes where none is named, the first one first.
    package static let sourcesToRestore: [RowSource] = [.storageTime, .increments]

    /// What a task's rows are restored from where nobody names a source: storage time, or increments where the vault
    /// holds nothing else of these two.
    package func sourceToRestore(of task: TaskID) throws -> RowSource {
        let held = try series(tasks: [task]).map(\.source)
        return Self.sourcesToRestore.first { held.contains($0) } ?? .storageTime
    }

    /// That nothing of a task's source is here, with the sources that are.
    func nothingArchived(_ request: RestoreRequest) throws -> RestoreError? {
        let held = try series(tasks: [TaskID(request.task)]).map(\.source).filter { $0 != request.source }
        guard let first = held.first else { return nil }
        return RestoreError(
            .nothingArchived, "nothing of task \(request.task) from \(request.source.rawValue) is archived",
            hint: "`octovault list \(request.task.shellWord)` shows what is: "
                + "\(held.map(\.rawValue).joined(separator: ", ")) (--source \(first.rawValue))")
    }
}
