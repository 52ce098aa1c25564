import Archive
import Catalog
import Foundation
import Records
import StorageTime
package import Vault

extension Pruning.Summary {
    package var verdict: ExitStatus { tasksVerdict }

    package func json(isDryRun: Bool, includingIrreplaceable: Bool) -> OrderedJSON {
        .object([
            "dry_run": .boolean(isDryRun), "including_irreplaceable": .boolean(includingIrreplaceable),
            "tasks": .array(reports.map(\.json)), "reports": .array(reports.map(\.json)), "locked": lockedJSON,
            "failed": .integer(failed.count), "failures": failuresJSON,
        ])
    }
}

extension PruneReport {
    var json: OrderedJSON {
        .object([
            "task": .text(series.task), "source": .text(series.source.rawValue), "kept": .integer(kept),
            "removed": .array(removed.map(\.json)), "refused": .array(refused.map(\.json)),
        ])
    }
}

extension PruneReport.Stretch {
    var json: OrderedJSON {
        .object([
            "from": .text(window?.from.description), "to": .text(window?.to.description),
            "captured_at": .text(capturedAt?.utcText), "snapshots": .integer(snapshots), "rows": .integer(rows),
            "bytes": .integer(bytes), "reason": .text(refusal?.rawValue),
        ])
    }
}
