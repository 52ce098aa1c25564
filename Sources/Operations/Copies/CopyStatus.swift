package import Catalog
package import Foundation
import Jobs
package import Vault

/// How far a copy is behind its vault, as this machine's pushes tell; the copy itself is not asked.
package struct CopyStatus: Sendable, Hashable {
    /// The copy's name, secrets masked.
    package let remote: String
    /// Snapshots that it was not seen to hold as they are.
    package let behind: Int
    /// When all was last there; nil for never.
    package let lastSuccess: Date?
    /// What kept the last push from bringing all there; nil where nothing did.
    package let firstError: String?

    package init(remote: String, behind: Int, lastSuccess: Date?, firstError: String? = nil) {
        self.remote = remote
        self.behind = behind
        self.lastSuccess = lastSuccess
        self.firstError = firstError
    }

    /// An element of `copies` in `status --json`.
    package var json: OrderedJSON {
        .object([
            "remote": .text(remote), "behind": .integer(behind), "last_success": .text(lastSuccess?.utcText),
        ])
    }

    package var sentence: String {
        let state = behind == 0 ? "up to date" : "\(behind.counted("snapshot")) behind"
        return "\(remote): \(state)\(lastSuccess.map { ", pushed at \($0.utcText)" } ?? ", never pushed whole")"
    }
}

/// The copies of a vault: those that job files name, and those that a push brought anything to.
package struct CopyStatuses {
    private let records: [String: CopyRecord]
    /// The copies that jobs bring their own tasks to.
    private let ofJobs: Set<String>
    /// By copy and task, how many snapshots it lacks.
    private let behind: [String: [String: Int]]

    /// - Parameters:
    ///   - jobs: nil where no job file is to be had.
    ///   - index: the index to read; nil for the vault's own.
    /// - Complexity: one pass over the index of snapshots for each copy.
    package init(vault: SnapshotVault, jobs: TaskJobs?, index: SnapshotCatalog? = nil) throws {
        let catalog = index ?? vault.catalog
        let ofJobs = Set((jobs?.copies ?? []).compactMap(Self.name))
        // A place that no job names and that never held anything was a misspelt or abandoned one: it is no copy.
        let known = try catalog.copies().filter { $0.holdsAny || ofJobs.contains($0.remote) }
        records = Dictionary(known.map { ($0.remote, $0) }, uniquingKeysWith: { first, _ in first })
        self.ofJobs = ofJobs
        behind = Dictionary(
            uniqueKeysWithValues: try ofJobs.union(records.keys).map { ($0, try catalog.snapshotsBehind($0)) })
    }

    private static func name(_ copy: String) -> String? { try? CopyStores(environment: [:]).store(copy).name }

    /// All copies, by name, each for all of the vault's snapshots.
    package func all() -> [CopyStatus] { statuses(of: nil, ofJobs.union(records.keys)) }

    /// The copies of a task: those of the jobs that take it, and those that no job names.
    func copies(of task: String, takers: [Job]) -> [CopyStatus] {
        let own = Set(takers.flatMap(\.copies).compactMap(Self.name))
        return statuses(of: task, own.union(Set(records.keys).subtracting(ofJobs)))
    }

    private func statuses(of task: String?, _ names: Set<String>) -> [CopyStatus] {
        names.sorted().map { name in
            let lacking = behind[name] ?? [:]
            return CopyStatus(
                remote: name, behind: task.map { lacking[$0] ?? 0 } ?? lacking.values.reduce(0, +),
                lastSuccess: records[name]?.lastSuccess, firstError: records[name]?.firstError)
        }
    }
}
