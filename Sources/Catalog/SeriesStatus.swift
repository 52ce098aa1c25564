package import Foundation
package import StorageTime

/// What a vault holds of one series.
package struct SeriesStatus: Sendable, Hashable {
    package var series: Series
    /// Rows in the archives; pruned ones and those of damaged snapshots do not count.
    package var rows = 0
    /// The archives' size on disk.
    package var bytes = 0
    /// Manifests: snapshots, captures, or compacted days.
    package var snapshots = 0
    /// Rows that the cloud no longer had when they were last looked for.
    package var kept = 0
    /// The union of all windows taken, less those captured before they were closed; empty for captures.
    package var covered = WindowSet()
    /// Windows captured before they were closed: there, and yet to be taken again.
    package var premature = WindowSet()
    /// Windows of snapshots that were found damaged: to be taken again, and not covered until then.
    package var damaged = WindowSet()
    package var empty = WindowSet()
    package var unproven = WindowSet()
    package var pruned = WindowSet()
    /// When the newest snapshot was taken; nil where there is none.
    package var newestCapture: Date?

    /// From the first second covered, or covered before it was damaged, to the last; nil for captures.
    package var bounds: Window? { damaged.isEmpty ? covered.bounds : covered.union(damaged).bounds }
    /// What is missing within ``bounds``.
    package var gaps: [Window] { bounds.map(covered.gaps(in:)) ?? [] }
}
