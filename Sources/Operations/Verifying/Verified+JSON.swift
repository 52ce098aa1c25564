import Archive
package import Foundation
import Snapshots
import StorageTime
import Vault

extension Verified {
    package func json(since: Date?) -> OrderedJSON {
        .object([
            "snapshots": .integer(report.snapshots), "rows": .integer(report.rows), "bytes": .integer(report.bytes),
            "damaged": .array(damaged.map(\.json)), "skipped": .integer(report.skipped),
            "since": .text(since?.formatted(.iso8601)), "lost_and_found": .array(lostAndFound.map { .text($0) }),
            "heal": healing, "comparison": comparison?.json ?? .null,
        ])
    }

    private var lostAndFound: [String] { (after ?? report).lostAndFound }

    private var healing: OrderedJSON {
        guard let plan else { return .null }
        return .object([
            "found": .array(report.damaged.map(\.json)), "steps": .array(plan.steps.map(\.json)),
            "done": .array((healed?.done ?? []).map { .text($0) }),
            "failed": .array((healed?.failures ?? []).map { .text($0.message) }),
            "locked": .array((healed?.locked ?? []).map { .text($0.text) }), "taken": taken?.json ?? .null,
            "walked": .array(walked.map(\.json)),
            "account": .text(accountProblem),
        ])
    }
}

extension HealPlan.Step {
    fileprivate var json: OrderedJSON {
        .object([
            "action": .text(action.rawValue), "path": .text(path), "task": .text(task?.text),
            "from": .text(window?.from.description), "to": .text(window?.to.description), "reason": .text(reason),
        ])
    }
}
