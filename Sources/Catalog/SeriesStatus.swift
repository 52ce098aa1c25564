public import Foundation
public import StorageTime

/// What a vault holds of one series.
public struct SeriesStatus: Sendable, Hashable {
    public var series: Series
    /// Rows in the archives; pruned ones and those of damaged snapshots do not count.
    public var rows = 0
    /// The archives' size on disk.
    public var bytes = 0
    /// Manifests: snapshots, captures, or compacted days.
    public var snapshots = 0
    /// Rows that the cloud no longer had when they were last looked for.
    public var kept = 0
    /// The union of all windows taken, less those captured before they were closed; empty for captures.
    public var covered = WindowSet()
    /// Windows captured before they were closed: there, and yet to be taken again.
    public var premature = WindowSet()
    /// Windows of snapshots that were found damaged: to be taken again, and not covered until then.
    public var damaged = WindowSet()
    public var empty = WindowSet()
    public var unproven = WindowSet()
    public var pruned = WindowSet()
    /// When the newest snapshot was taken; nil where there is none.
    public var newestCapture: Date?

    /// From the first second covered, or covered before it was damaged, to the last; nil for captures.
    public var bounds: Window? { damaged.isEmpty ? covered.bounds : covered.union(damaged).bounds }
    /// What is missing within ``bounds``.
    public var gaps: [Window] { bounds.map(covered.gaps(in:)) ?? [] }
}
