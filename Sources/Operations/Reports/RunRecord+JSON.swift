package import Catalog
import Foundation

extension RunRecord {
    /// Every field.
    package var json: OrderedJSON {
        .object([
            "id": id.map { .integer(Int($0)) } ?? .null, "job": .text(job), "scheduled_at": .text(scheduledAt.utcText),
            "started_at": .text(startedAt.utcText), "finished_at": .text(finishedAt?.utcText),
            "outcome": .text(outcome), "sealed": .integer(sealed), "empty": .integer(empty),
            "unproven": .integer(unproven), "retaken": .integer(retaken), "counted": .integer(counted),
            "failed": .integer(failed), "rows": .integer(rows), "bytes": .integer(bytes),
            "requests": .integer(requests), "least": .integer(least), "wasted": .integer(wasted),
            "retries": .integer(retries), "first_error": .text(firstError),
        ])
    }
}
