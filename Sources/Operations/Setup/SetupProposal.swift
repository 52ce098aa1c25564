package import StorageTime

/// A window and a schedule that fit a task, by the rows that it stores.
///
/// A window should come in one answer of a thousand rows with room for a busy hour, for then it proves itself; and the
/// fewer windows, the fewer requests.
package struct SetupProposal: Sendable, Hashable {
    package let window: Seconds
    /// Cron, with a minute drawn from the job's name.
    package let schedule: String

    /// What a window may hold on average.
    private static let rowsInWindow = 400.0

    /// - Parameter rowsPerDay: of the busiest task; 0 where none were seen.
    package init(rowsPerDay: Double) {
        let choices: [(window: Int, schedule: String)] = [
            (86_400, "H 3 * * *"), (6 * 3600, "H */6 * * *"), (3600, "H * * * *"), (900, "*/15 * * * *"),
        ]
        let fitting = choices.first { rowsPerDay * Double($0.window) / 86_400 <= Self.rowsInWindow }
        let chosen = fitting ?? (900, "*/15 * * * *")
        window = Seconds(chosen.window)
        schedule = chosen.schedule
    }
}
