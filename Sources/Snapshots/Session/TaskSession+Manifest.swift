import Archive
import Foundation
import OctoparseAPI
import Records
import StorageTime
import Vault

extension TaskSession {
    /// The commit record of a window as it was taken, over what its present snapshot says.
    mutating func manifest(of taken: TakenWindow, over previous: Manifest?) async throws -> Manifest {
        var manifest = Manifest(
            tool: ProgramVersion.tool, state: .sealed, source: .storageTime, host: context.host, task: task,
            taskName: taskName.isEmpty ? previous?.taskName ?? "" : taskName, window: taken.window,
            timeZone: context.clock.zoneName,
            convention: convention(of: taken), isConventionAssumed: taken.isAssumed, proof: proof(of: taken),
            revision: (previous?.revision ?? 0) + 1, capturedAt: taken.capturedAt, total: taken.expectedTotal,
            edgeRows: taken.edgeRows, rows: taken.rows, requests: taken.requests + 1, attempts: taken.attempts)
        manifest.isEdgeOnly = isTakingEdges || previous?.isEdgeOnly ?? false
        switch taken.result {
        case .archive(let draft, let kept, _):
            manifest.kept = kept
            manifest.rows = draft.rows
            manifest.columns = draft.columns
            manifest.rowsDigest = draft.digest
            manifest.archive = try draft.finish()
            manifest.revision = draft.revision
            manifest.absent = kept > 0 ? [(draft.rows - kept)..<draft.rows] : nil
        case .unchanged(let kept, let absent):
            manifest.kept = kept
            manifest.absent = kept > 0 ? absent : nil
            guard let previous else { break }
            if previous.state == .pruned { return unchanged(previous, taken) }
            manifest.revision = previous.revision
            manifest.rows = previous.rows
            manifest.columns = previous.columns
            manifest.rowsDigest = previous.rowsDigest
            manifest.archive = previous.archive
            manifest.superseded = previous.superseded
        case .empty:
            break
        }
        guard manifest.rows == manifest.total - manifest.edgeRows + manifest.kept else {
            throw SnapshotError(
                .rowCountMismatch,
                "task \(task), window \(taken.window): \(manifest.rows) rows were written, but total \(manifest.total) "
                    + "- edge rows \(manifest.edgeRows) + kept \(manifest.kept) says otherwise",
                hint: "nothing was published; this is a defect of octovault, please report it")
        }
        if taken.isDoubtful || previous.map({ $0.state == .unproven && $0.rows > 0 }) ?? false {
            // What damage took, no later answer proves to be back.
            manifest.state = .unproven
        } else if manifest.rows == 0 {
            manifest.state = try await isProvenEmpty(taken.window) ? .empty : .unproven
        }
        return manifest
    }

    /// Of a window whose rows were pruned, and the cloud has none either.
    private func unchanged(_ pruned: Manifest, _ taken: TakenWindow) -> Manifest {
        var manifest = pruned
        manifest.recheckedAt = taken.capturedAt
        return manifest
    }

    private mutating func isProvenEmpty(_ window: Window) async throws -> Bool {
        let reader = context.reader(task: task)
        return try await memory.emptyProof.isProven {
            guard EmptyProof.beginning < window.from else { return 0 }
            return try await reader.count(from: EmptyProof.beginning, to: window.from).total
        }
    }

    private func convention(of taken: TakenWindow) -> IntervalConvention {
        if taken.sawEdgeRows { return .closed }
        if context.configuration.interval != .unknown { return context.configuration.interval }
        return memory.sawEdgeRows ? .closed : .unknown
    }

    private func proof(of taken: TakenWindow) -> Proof {
        guard taken.isPaged else { return .oneAnswer }
        return context.configuration.proof == .totals ? .totals : .twoPasses
    }
}
