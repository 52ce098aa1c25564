package import Archive
import Catalog
import Jobs
package import Snapshots
package import StorageTime
import Vault

/// What a backfill of one task is likely to cost, by what earlier runs learnt of the task.
package struct BackfillOutlook: Sendable {
    /// How many requests it is likely to take.
    package let requests: Int
    /// How long these take at the account's rate, in whole seconds; nil where that has no limit.
    package let seconds: Seconds?
    private let pageSize: Int
    private let hours: HourlyRows?

    init(
        _ plan: BackfillPlan, learned: LearnedRecord?, pageSize: Int, requestsPerSecond rate: Double
    ) {
        self.pageSize = pageSize
        hours = learned?.hourlyRows.flatMap(HourlyRows.init)
        requests =
            RequestEstimate(of: plan.windows, pageSize: pageSize, hours: hours, isUntried: learned == nil).requests
        seconds = RequestEstimate.time(of: requests, atRate: rate)
    }

    /// How many requests the rows of a window are likely to take.
    package func answers(for window: Window) -> Int {
        RequestEstimate.answers(for: window, pageSize: pageSize, hours: hours)
    }
}

extension AccountSession {
    /// What was learnt is only a help here: where it cannot be read, nothing was.
    package func outlook(of plan: BackfillPlan, task: TaskID) -> BackfillOutlook {
        let learned = try? vault?.catalog.learned(of: task.text, host: account.host)
        return BackfillOutlook(
            plan, learned: learned ?? nil, pageSize: configuration.pageSize,
            requestsPerSecond: account.requestsPerSecond)
    }
}
