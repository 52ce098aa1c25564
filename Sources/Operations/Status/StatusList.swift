import Catalog
import Records
package import StorageTime
import Vault

/// Tasks in the order in which they want attention, and what they come to.
package struct StatusList: Sendable {
    /// The entries, the worst first, and of each state the oldest first.
    package let entries: [StatusReport.Entry]
    private let maxAge: Seconds?

    /// - Parameter maxAge: how old a task's newest covered second may be; nil for any age.
    package init(_ entries: [StatusReport.Entry], maxAge: Seconds? = nil) {
        self.maxAge = maxAge
        let judged = entries.map { (entry: $0, state: Self.state(of: $0, maxAge)) }
        self.entries = judged.sorted { left, right in
            if left.state != right.state { return left.state < right.state }
            let ages = (left.entry.outlook.freshness ?? .max, right.entry.outlook.freshness ?? .max)
            if ages.0 != ages.1 { return ages.0 > ages.1 }
            let (first, second) = (left.entry.status, right.entry.status)
            return (first.task, first.source.rawValue) < (second.task, second.source.rawValue)
        }.map(\.entry)
    }

    package func state(of entry: StatusReport.Entry) -> TaskState { Self.state(of: entry, maxAge) }

    private static func state(of entry: StatusReport.Entry, _ maxAge: Seconds?) -> TaskState {
        TaskState(entry.status, entry.outlook, maxAge: maxAge?.count)
    }

    /// What they come to: `40 tasks, 1,234 rows: 2 with gaps, 38 fine; the newest time of each is between 3m and 3h
    /// old`. Empty where there are none.
    package var counts: String {
        guard !entries.isEmpty else { return "" }
        let tasks = Set(entries.map(\.status.task)).count
        let states = Dictionary(grouping: entries, by: { state(of: $0) }).mapValues(\.count)
        let rows = entries.reduce(0) { $0.adding(held: $1.status.rows) }
        let lead = "\(tasks.counted("task")), \(rows.counted("row"))"
        if states.keys.allSatisfy({ $0 == .fine }) { return lead + age }
        let parts = states.sorted { $0.key < $1.key }.map { "\($1.grouped) \($0.words)" }
        return "\(lead): \(parts.joined(separator: ", "))\(age)"
    }

    private var age: String {
        let ages = entries.compactMap(\.outlook.freshness)
        guard let oldest = ages.max(), let newest = ages.min() else { return "" }
        let isBound = entries.contains(where: \.outlook.isFreshnessBound)
        let bound = isBound ? TaskOutlook.boundWords : ""
        if entries.count == 1 { return "; its newest time is \(Seconds(max(0, oldest)).rough) old\(bound)" }
        return "; the newest time of each is between \(Seconds(max(0, newest)).rough) and "
            + "\(Seconds(max(0, oldest)).rough) old\(bound)"
    }
}
