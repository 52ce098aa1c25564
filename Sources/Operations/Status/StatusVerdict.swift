import Catalog
import Records
package import StorageTime
import Vault

/// What is to be said of all tasks of a vault at once: the sentence above a list or a page, and the order of the list.
package struct StatusVerdict: Sendable {
    /// How a task is, from worst to best.
    package enum State: Int, Sendable, Hashable, Comparable, CaseIterable {
        /// Snapshots are damaged, and wait to be healed.
        case damaged
        /// Time is missing between what is covered.
        case gaps
        /// Nothing is covered.
        case nothing
        /// Its job's last run failed.
        case failed
        /// It is older than what was asked for.
        case old
        case fine

        package static func < (left: State, right: State) -> Bool { left.rawValue < right.rawValue }
    }

    /// The entries, the worst first, and of each state the oldest first.
    package let entries: [StatusReport.Entry]
    private let maxAge: Seconds?

    /// - Parameter maxAge: how old a task's newest covered second may be; nil for any age.
    package init(_ entries: [StatusReport.Entry], maxAge: Seconds? = nil) {
        self.maxAge = maxAge
        self.entries = entries.sorted { left, right in
            let (first, second) = (Self.state(of: left, maxAge), Self.state(of: right, maxAge))
            if first != second { return first < second }
            let ages = (left.outlook.freshness ?? .max, right.outlook.freshness ?? .max)
            if ages.0 != ages.1 { return ages.0 > ages.1 }
            return (left.status.task, left.status.source.rawValue) < (right.status.task, right.status.source.rawValue)
        }
    }

    package func state(of entry: StatusReport.Entry) -> State { Self.state(of: entry, maxAge) }

    private static func state(of entry: StatusReport.Entry, _ maxAge: Seconds?) -> State {
        if !entry.status.damaged.isEmpty { return .damaged }
        if !entry.status.gaps.isEmpty { return .gaps }
        guard let freshness = entry.outlook.freshness else { return .nothing }
        if let maxAge, freshness > maxAge.count { return .old }
        return ["failed", "partial"].contains(entry.outlook.lastRun?.outcome) ? .failed : .fine
    }

    /// One sentence: `40 tasks: 2 with gaps, 38 fine; the oldest is 3h 2m behind`.
    package var sentence: String {
        guard !entries.isEmpty else { return "the vault is empty" }
        let tasks = Set(entries.map(\.status.task)).count
        let counts = State.allCases.map { state in (state, entries.count { self.state(of: $0) == state }) }
            .filter { $0.1 > 0 }
        let rows = entries.reduce(0) { $0.adding(held: $1.status.rows) }
        let lead = "\(tasks.counted("task")), \(rows.counted("row"))"
        if counts.count == 1, let only = counts.first, only.0 == .fine { return "\(lead): all is well\(age)" }
        let parts = counts.map { state, count in "\(count.grouped) \(state.words)" }
        return "\(lead): \(parts.joined(separator: ", "))\(age)"
    }

    private var age: String {
        let ages = entries.compactMap(\.outlook.freshness)
        guard let oldest = ages.max(), let newest = ages.min() else { return "" }
        if entries.count == 1 { return "; its newest time is \(Seconds(max(0, oldest)).rough) old" }
        return "; the newest time of each is between \(Seconds(max(0, newest)).rough) and "
            + "\(Seconds(max(0, oldest)).rough) old"
    }
}

extension StatusVerdict.State {
    /// What tasks are.
    fileprivate var words: String {
        switch self {
        case .damaged: "damaged"
        case .gaps: "with gaps"
        case .nothing: "with nothing covered"
        case .failed: "whose last run failed"
        case .old: "too old"
        case .fine: "fine"
        }
    }

    /// The state in a word, for a column.
    package var word: String {
        switch self {
        case .damaged: "damaged"
        case .gaps: "gaps"
        case .nothing: "nothing"
        case .failed: "run failed"
        case .old: "old"
        case .fine: "ok"
        }
    }
}
