import Archive
import StorageTime
package import Vault

extension Compaction.Summary {
    package var verdict: ExitStatus {
        let damaged = reports.contains { $0.left.contains { $0.reason == .damaged } }
        return tasksVerdict.combined(with: damaged ? .dataDamaged : .done)
    }

    package func json(isDryRun: Bool) -> OrderedJSON {
        .object([
            "dry_run": .boolean(isDryRun), "tasks": .array(reports.map(\.json)),
            "reports": .array(reports.map(\.json)), "locked": lockedJSON, "failed": .integer(failed.count),
            "failures": failuresJSON,
        ])
    }
}

extension CompactionReport {
    var json: OrderedJSON {
        .object([
            "task": .text(task.text), "days": .integer(days), "snapshots": .integer(snapshots),
            "windows": .integer(windows), "rows": .integer(rows), "files_before": .integer(filesBefore),
            "files_after": .integer(filesAfter), "bytes_before": .integer(bytesBefore),
            "bytes_after": .integer(bytesAfter), "left": .array(left.map(\.json)),
        ])
    }
}

extension CompactionReport.Left {
    var json: OrderedJSON {
        .object([
            "from": .text(window.from.description), "to": .text(window.to.description),
            "reason": .text(reason.rawValue), "message": .text(message),
        ])
    }
}
