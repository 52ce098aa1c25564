package import Catalog
package import Foundation
import StorageTime

/// All that the page's front shows and the metrics tell of a vault, as of one moment.
package struct VaultOverview: Sendable {
    /// The vault's folder, its name alone.
    package var vault = ""
    package var asOf: Date
    package var verdict: OverviewVerdict
    package var concerns: [Concern] = []
    /// By task, source and host.
    package var tasks: [TaskOverview] = []
    /// By name.
    package var jobs: [JobOverview] = []
    /// The latest runs, newest first.
    package var runs: [RunRecord] = []
    package var damagedSnapshots = 0
    /// Bytes that may still be written to the vault's disk; nil where that is not known.
    package var freeBytes: Int?
    /// Copies of the vault somewhere else.
    package var copies: [CopyStatus] = []

    package init(asOf: Date, verdict: OverviewVerdict) {
        self.asOf = asOf
        self.verdict = verdict
    }
}
