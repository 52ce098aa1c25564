import Archive
import Catalog
import Records
package import Restore
import StorageTime
package import Vault

extension SnapshotVault {
    /// Restores a task's rows to a file.
    package func restore(
        _ request: RestoreRequest, _ options: RestoreOptions, to path: String
    ) async throws -> RestoreReceipt {
        try await Restorer().restore(plan(request), options, to: FileSink(path: path))
    }

    /// Restores tasks one after the other. One that fails among several does not stop the others, unless all are to be
    /// one database.
    package func restore(
        _ requests: [RestoreRequest], _ options: RestoreOptions, to target: RestoreTarget, _ observer: RestoreObserver
    ) async throws -> [RestoreReceipt] {
        if options.format == .sqlite, case .file(let path) = target.place {
            return try await restore(requests, options, toDatabase: path, observer)
        }
        let folder = try target.isFolder ? target.name.map { try OutputFolder(path: $0) } : nil
        var receipts: [RestoreReceipt] = []
        for request in requests {
            do {
                receipts.append(try await restore(request, options, to: target, folder, observer))
            } catch  where requests.count > 1 && !(error is CancellationError) {
                try observer.failed(error, request.task)
            }
        }
        return receipts
    }

    private func restore(
        _ request: RestoreRequest, _ options: RestoreOptions, to target: RestoreTarget, _ folder: OutputFolder?,
        _ observer: RestoreObserver
    ) async throws -> RestoreReceipt {
        let task = try TaskID(request.task)
        if let folder, options.format == .sqlite {
            let path = folder.path(task: task, options)
            return try await restore([request], options, toDatabase: path, observer)[0]
        }
        return try await Restorer().restore(plan(request), options) { share in
            if let folder { return try folder.open(task: task, share, options) }
            return try target.name.map { try FileSink(path: $0) } ?? DescriptorSink.standardOutput()
        } onProgress: {
            observer.progress($0)
        }
    }

    /// Restores tasks to one database, all of them or none.
    private func restore(
        _ requests: [RestoreRequest], _ options: RestoreOptions, toDatabase path: String, _ observer: RestoreObserver
    ) async throws -> [RestoreReceipt] {
        let plans = try requests.map { try plan($0) }
        let columns = try plans.map { try options.columnNames(of: $0, isAmongOthers: plans.count > 1) }
        let database = try SQLiteFile(path: path, tasks: plans.map(\.request.task))
        do {
            var receipts: [RestoreReceipt] = []
            for (plan, columns) in zip(plans, columns) {
                receipts.append(
                    try await Restorer().restore(plan, options) { _ in
                        try database.table(of: plan.request.task, columns: columns)
                    } onProgress: {
                        observer.progress($0)
                    })
            }
            let size = try database.finish()
            for number in receipts.indices { receipts[number].set(databaseSize: size) }
            return receipts
        } catch {
            database.abandon()
            throw error
        }
    }

    private func plan(_ request: RestoreRequest) throws -> RestorePlan {
        var request = request
        request.vault = layout.root
        var snapshots: [StoredSnapshot] = []
        try forEachSnapshot(tasks: [TaskID(request.task)], source: request.source) { record in
            var snapshot = StoredSnapshot(record, root: layout)
            // What a superseded archive holds, the cloud no longer had.
            if record.revision > 1, !request.present, request.mayTake(record.window) {
                try snapshot.findEarlier()
            }
            snapshots.append(snapshot)
        }
        if snapshots.isEmpty, let error = try nothingArchived(request) { throw error }
        return try Restorer().readingKeys(of: RestorePlan(request, snapshots: snapshots))
    }
}

extension RestoreRequest {
    /// Whether a window may be in the range that is asked for.
    fileprivate func mayTake(_ window: Window?) -> Bool {
        guard let window else { return false }
        return (from.map { $0 < window.to } ?? true) && (to.map { window.from < $0 } ?? true)
    }
}

extension RestoreOptions {
    /// The columns of a plan's rows; the error names the task where there are several.
    fileprivate func columnNames(
        of plan: RestorePlan, isAmongOthers: Bool
    ) throws(RestoreError) -> [String] {
        do throws(RestoreError) {
            return try columnNames(of: plan)
        } catch {
            guard isAmongOthers else { throw error }
            throw RestoreError(
                error.code, "task \(plan.request.task): \(error.message)", hint: error.hint, cause: error)
        }
    }
}

extension StoredSnapshot {
    init(_ record: SnapshotRecord, root: ArchiveLayout) {
        self.init(
            manifestPath: root.path(record.path), window: record.window, state: record.state,
            capturedAt: record.capturedAt, rows: record.rows, uncompressedBytes: record.uncompressedBytes,
            columns: record.columns,
            parts: record.parts.map { Part(window: $0.window, state: $0.state, rows: $0.rows) },
            isEdgeOnly: record.isEdgeOnly)
    }
}
