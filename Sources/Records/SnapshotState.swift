/// What a snapshot says about its window: each of these covers it.
package enum SnapshotState: String, Sendable, Hashable, CaseIterable {
    /// Archived, its count proven against the API's total.
    case sealed
    /// Proven to hold no rows.
    case empty
    /// Perhaps not all that there was: nothing there, where its rows may have expired before anyone came; or, after
    /// damage, the rows that could be saved and those that the API still had.
    case unproven
    /// Archived once, then removed by a keep rule.
    case pruned
}
