import Catalog
package import Foundation
package import Records
package import StorageTime

/// What a vault holds of a task's rows of one source from one host.
package struct TaskStatus: Sendable, Hashable {
    package var task: String
    /// The task's name, as last seen; empty where it is not known.
    package var name: String
    package var source: RowSource
    package var host: String
    /// Rows in the archives; pruned ones do not count.
    package var rows: Int
    /// The archives' size on disk.
    package var bytes: Int
    /// Manifests: windows, captures or compacted days.
    package var snapshots: Int
    /// Rows that the cloud no longer had when they were last looked for.
    package var kept: Int
    /// The first second covered; nil for captures.
    package var from: StorageInstant?
    /// The end of the last window covered; nil for captures.
    package var to: StorageInstant?
    /// What is missing between ``from`` and ``to``, oldest first, windows captured too early and damaged ones among it.
    package var gaps: [Window]
    /// Windows captured before they were closed, by the account's present zone; they are to be taken again.
    package var premature: [Window]
    /// Windows whose snapshots were found damaged; among the ``gaps`` until they are taken again.
    package var damaged: [Window]
    /// Runs of windows proven to hold no rows.
    package var empty: [Window]
    /// Runs of windows found without rows, perhaps too late.
    package var unproven: [Window]
    package var pruned: [Window]
    /// What lies from here on is too recent to be taken; nil for captures.
    package var openFrom: StorageInstant?
    /// When the newest snapshot was taken.
    package var newestCapture: Date?

    init(_ status: SeriesStatus, openFrom: StorageInstant) {
        task = status.series.task
        name = status.series.name
        source = status.series.source
        host = status.series.host
        rows = status.rows
        bytes = status.bytes
        snapshots = status.snapshots
        kept = status.kept
        from = status.bounds?.from
        to = status.bounds?.to
        gaps = status.gaps
        premature = status.premature.windows
        damaged = status.damaged.windows
        empty = status.empty.windows
        unproven = status.unproven.windows
        pruned = status.pruned.windows
        self.openFrom = status.series.source == .storageTime ? openFrom : nil
        newestCapture = status.newestCapture
    }
}
