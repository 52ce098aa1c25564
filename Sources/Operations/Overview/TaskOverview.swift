import Records
import Spelling
package import StorageTime
package import Vault

/// A task as the page shows it.
package struct TaskOverview: Sendable {
    /// How a task stands.
    package enum Level: String, Sendable, Hashable, CaseIterable {
        /// Nothing is missing.
        case good
        /// It is behind, or nothing is there yet.
        case late
        /// Something is missing.
        case missing
    }

    package let status: TaskStatus
    package let outlook: TaskOutlook
    /// The last ninety days, today among them.
    package let days: DayStates
    /// Seconds that should have been taken by now and were not; 0 where none.
    package var behind: Int { outlook.behind }
    package var state: TaskState { TaskState(status, outlook) }

    package var level: Level {
        switch state {
        case .damaged, .gaps: .missing
        case .nothing, .behind, .old: .late
        case .failed: behind > 0 ? .late : .good
        case .fine: .good
        }
    }

    /// The task's name, or its id where it has none.
    package var title: String { status.name.isEmpty ? status.task : status.name }
    package var gapSeconds: Int { status.gaps.reduce(0) { $0.adding(held: $1.seconds) } }
    package var unprovenSeconds: Int { status.unproven.reduce(0) { $0.adding(held: $1.seconds) } }

    /// The command that fills a gap.
    package static func command(filling gap: Window, of task: String) -> String {
        "octovault backfill \(task.shellWord) --from '\(gap.from)' --to '\(gap.to)'"
    }
}
