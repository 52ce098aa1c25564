import Catalog
import Foundation
import Records
import StorageTime
package import Vault

extension TaskStatus {
    package func json(_ outlook: TaskOutlook) -> OrderedJSON {
        .object([
            "task": .text(task), "name": .text(name), "source": .text(source.rawValue), "rows": .integer(rows),
            "bytes": .integer(bytes),
            "snapshots": .integer(snapshots), "kept": .integer(kept), "from": .text(from?.description),
            "to": .text(to?.description), "gaps": .windows(gaps), "empty": .windows(empty),
            "unproven": .windows(unproven), "pruned": .windows(pruned), "open_from": .text(openFrom?.description),
            "freshness": outlook.freshness.map { .integer($0) } ?? .null,
            "jobs": .array(outlook.jobs.map { .text($0) }), "last_run": .text(outlook.lastRun?.startedAt.utcText),
            "last_outcome": .text(outlook.lastRun?.outcome),
            "requests": outlook.lastRun.map { .integer($0.requests) } ?? .null,
            "least": outlook.lastRun.map { .integer($0.least) } ?? .null, "next_run": .text(outlook.nextRun?.utcText),
            "copies": .array(outlook.copies.map(\.json)),
        ])
    }
}

extension OrderedJSON {
    static func windows(_ windows: [Window]) -> OrderedJSON {
        .array(windows.map { .object(["from": .text($0.from.description), "to": .text($0.to.description)]) })
    }
}
