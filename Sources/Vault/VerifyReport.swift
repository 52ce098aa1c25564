package import Foundation
package import Records
package import StorageTime

/// What to verify, and how closely.
package struct VerifyOptions: Sendable {
    /// Only this source's snapshots; nil for all.
    package var source: RowSource?
    /// Only snapshots whose windows overlap it, and no captures; nil for all.
    package var range: Window?
    /// Whether every row is read as well: it must be a JSON object, and the rows' digest and keys the manifest's.
    package var isDeep = false
    /// Archives found sound since then, as closely, are not read again; nil to read all.
    package var since: Date?

    package init() {}
}

/// What a verification read and found.
package struct VerifyReport: Sendable {
    /// Manifests looked at.
    package var snapshots = 0
    /// Rows and bytes of the archives read through.
    package var rows = 0
    package var bytes = 0
    /// Archives that were found sound before, lately enough, and were not read.
    package var skipped = 0
    /// What is wrong, by task, source and folder.
    package var damaged: [Damage] = []
    /// Files in `lost+found/`, as paths below the vault: of no harm, and of no use but to people.
    package var lostAndFound: [String] = []

    package init() {}
}
