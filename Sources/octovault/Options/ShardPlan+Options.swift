import Archive
import Operations
import Snapshots
import StorageTime

extension ShardPlan {
    /// The windows of `--from`, `--to` and `--window`.
    ///
    /// - Throws: ``Problem`` with status `usage`.
    static func options(tasks: [TaskID], from: String, to: String, window: String) throws -> ShardPlan {
        let step = try Seconds.option("--window", window)
        guard let range = try Window.range(from: from, to: to) else {
            throw Problem.usage("--from and --to are needed")
        }
        guard let plan = ShardPlan(tasks: tasks, range: range, step: step) else {
            throw Problem.usage(
                "windows of \(step) cut the range into more pieces than can be counted",
                hint: "take longer windows, a shorter range, or fewer tasks")
        }
        return plan
    }
}
