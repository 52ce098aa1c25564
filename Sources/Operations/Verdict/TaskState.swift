import Catalog
package import Vault

/// How a task is, from worst to best.
package enum TaskState: Int, Sendable, Hashable, Comparable, CaseIterable {
    /// Snapshots are damaged, and wait to be healed.
    case damaged
    /// Time is missing between what is covered.
    case gaps
    /// Nothing is covered.
    case nothing
    /// Its job's last run failed.
    case failed
    /// Its jobs' firings should have covered more by now.
    case behind
    /// It is older than what was asked for.
    case old
    case fine

    package static func < (left: TaskState, right: TaskState) -> Bool { left.rawValue < right.rawValue }

    /// - Parameter maxAge: how old its newest covered second may be, in seconds; nil for any age.
    package init(_ status: TaskStatus, _ outlook: TaskOutlook, maxAge: Int? = nil) {
        self =
            if !status.damaged.isEmpty {
                .damaged
            } else if !status.gaps.isEmpty {
                .gaps
            } else if outlook.freshness == nil {
                .nothing
            } else if let maxAge, let freshness = outlook.freshness, freshness > maxAge {
                .old
            } else if ["failed", "partial"].contains(outlook.lastRun?.outcome) {
                .failed
            } else if outlook.behind > 0 {
                .behind
            } else {
                .fine
            }
    }

    /// What tasks are.
    var words: String {
        switch self {
        case .damaged: "damaged"
        case .gaps: "with gaps"
        case .nothing: "with nothing covered"
        case .failed: "whose last run failed"
        case .behind: "behind"
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
        case .behind: "behind"
        case .old: "old"
        case .fine: "ok"
        }
    }
}
