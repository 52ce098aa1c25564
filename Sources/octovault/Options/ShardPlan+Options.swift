import Archive
import Operations
import Snapshots
import StorageTime

extension ShardPlan {
    /// The windows of `--from`, `--to` and `--window`.
    ///
    /// - Throws: ``Problem`` with status `usage`.
    static func options(tasks: [TaskID], range: Window, step: Seconds) throws -> ShardPlan {
        guard let plan = ShardPlan(tasks: tasks, range: range, step: step) else {
            throw Problem.usage(
                "windows of \(step) cut the range into more pieces than can be counted",
                hint: "take longer windows, a shorter range, or fewer tasks")
        }
        return plan
    }
}
