import StorageTime

/// What a merge did.
package struct MergeReport: Sendable {
    /// A snapshot, or a whole task, that was left as it is in both vaults.
    package struct Conflict: Sendable, Hashable {
        /// The vault that it comes from.
        package let vault: String
        package let task: String
        /// The manifest's path below that vault; the task's folder where all of the task is concerned.
        package let path: String
        package let code: VaultError.Code
        package let message: String
    }

    /// Vaults that were read.
    package internal(set) var vaults = 0
    /// Snapshots that they hold.
    package internal(set) var snapshots = 0
    /// Snapshots that changed something here.
    package internal(set) var merged = 0
    /// Snapshots whose rows and facts were here.
    package internal(set) var already = 0
    /// The first ``mostConflicts`` of them.
    package private(set) var conflicts: [Conflict] = []
    /// All of them.
    package private(set) var conflictCount = 0
    /// Rows that were not here.
    package internal(set) var rows = 0
    /// Tasks that another process had, in the order met.
    package internal(set) var locked: [String] = []

    /// Windows taken here for an edge alone that made way, and at whose end no other is yet.
    var displaced: [DisplacedEdge] = []

    struct DisplacedEdge: Sendable, Hashable {
        let task: String
        let end: StorageInstant
        let conflict: Conflict
    }

    /// So many conflicts are named; the rest is counted.
    package static let mostConflicts = 10_000

    package init() {}

    /// Notes that windows are here, or are refused and named.
    mutating func noteEnds(of windows: some Sequence<Window>, task: String) {
        guard !displaced.isEmpty else { return }
        let ends = Set(windows.lazy.map(\.to))
        displaced.removeAll { $0.task == task && ends.contains($0.end) }
    }

    /// Names the edges that nothing holds, once all is here.
    mutating func addDisplaced() {
        for edge in displaced { add(edge.conflict) }
        displaced = []
    }

    mutating func add(_ conflict: Conflict) {
        conflictCount += 1
        if conflicts.count < Self.mostConflicts { conflicts.append(conflict) }
    }
}
