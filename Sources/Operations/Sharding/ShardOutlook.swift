import Archive
import Catalog
import Records
package import Snapshots
package import Foundation
package import StorageTime
package import Vault

/// What a plan says of one shard.
package struct ShardOutlook: Sendable {
    package let shard: ShardPlan.Shard
    /// How many of its windows are closed and not covered by the vault.
    package let due: Int
    /// The least that a worker with an empty vault asks: an answer a window.
    package var leastRequests: Int { shard.windows }

    /// A line of `plan --json`.
    package var json: OrderedJSON {
        .object([
            "shard": .integer(shard.number.number), "of": .integer(shard.number.of),
            "windows": .integer(shard.windows), "due": .integer(due),
            "stretches": .array(
                shard.stretches.map { stretch in
                    .object([
                        "task": .text(stretch.task.text), "from": .text(stretch.window.from.description),
                        "to": .text(stretch.window.to.description),
                    ])
                }), "requests": .object(["least": .integer(leastRequests)]),
        ])
    }
}

/// Works out what of a plan's shards is due.
package struct ShardOutlooks: Sendable {
    private let plan: ShardPlan
    private let covered: [TaskID: WindowSet]
    private let closedUntil: StorageInstant

    /// - Parameters:
    ///   - vault: whose coverage counts; nil for none. It is only read.
    ///   - now: the present instant. Without an account nobody knows the server's zone: a window is closed once it is
    ///     past in every zone.
    /// - Complexity: O(*n*) in the windows that the vault covers of the range; memory for its gaps.
    package init(_ plan: ShardPlan, vault: SnapshotVault?, settle: Seconds, now: Date) throws {
        self.plan = plan
        closedUntil = StorageClock(timeZone: nil).closedUntil(now: now, settle: settle)
        var covered: [TaskID: WindowSet] = [:]
        if let vault {
            let index = try vault.index(of: plan.tasks)
            for series in try index.series(tasks: plan.tasks.map(\.text), source: .storageTime) {
                let windows = try index.windows(
                    of: series.task, source: .storageTime, host: series.host, in: plan.range)
                let task = try TaskID(series.task)
                covered[task] = WindowSet(windows.lazy.map(\.window)).union(covered[task] ?? WindowSet())
            }
        }
        self.covered = covered
    }

    package func outlook(_ number: ShardNumber) -> ShardOutlook {
        let shard = plan.shard(number)
        let due = shard.stretches.reduce(0) {
            $0 + plan.due(of: $1, covered: covered[$1.task] ?? WindowSet(), closedUntil: closedUntil)
        }
        return ShardOutlook(shard: shard, due: due)
    }
}
