/// How unexported rows are drained.
package enum DrainMode: String, Sendable, Hashable, CaseIterable {
    /// Fetched, stored, and then marked as exported: nothing is lost.
    case twoPhase = "two-phase"
    /// Marked as exported by the answer itself: a lost answer is lost rows.
    case marking
}
