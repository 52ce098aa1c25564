package import Catalog
package import Foundation
import StorageTime

/// All that the page's front shows and the metrics tell of a vault, as of one moment.
package struct VaultOverview: Sendable {
    /// The vault's folder, its name alone.
    package var vault = ""
    package var asOf: Date
    package var verdict: VaultVerdict
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
    /// Which reading of ``OverviewCache`` it is, from 1; 0 where it is none of a cache's.
    package var reading = 0

    package init(asOf: Date, verdict: VaultVerdict) {
        self.asOf = asOf
        self.verdict = verdict
    }
}

extension VaultOverview {
    /// What `status --json` prints, as one array.
    package var statusJSON: OrderedJSON { .array(tasks.map { $0.status.json($0.outlook) }) }
}
