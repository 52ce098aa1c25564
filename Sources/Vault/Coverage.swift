package import Catalog
package import Records
package import StorageTime

/// Which seconds of a task are covered, as its manifests say.
package struct Coverage: Sendable {
    /// The windows that count as covered, oldest first; compacted snapshots come as their parts.
    package var windows: [WindowRecord] = []
    /// Windows that were captured before they were closed, by the account's present zone: their rows are there, and
    /// they are to be taken again, each as the window that it is.
    package var premature: [WindowRecord] = []
    /// Windows whose manifests are damaged: to be taken again, each as the window that it is.
    package var damaged: [Window] = []
    /// The union of ``windows``.
    package var covered = WindowSet()
    /// The end of what is closed now: what lies beyond is open.
    package var openFrom: StorageInstant

    /// Nothing covered yet.
    package init(openFrom: StorageInstant) { self.openFrom = openFrom }

    /// What of the closed part of `range` is not covered, oldest first, less the premature and the damaged windows,
    /// which ``retakes(in:)`` names.
    package func gaps(in range: Window) -> [Window] {
        guard let closed = try? Window(from: range.from, to: min(range.to, max(openFrom, range.from))) else {
            return []
        }
        var known = covered
        for record in premature { known.insert(record.window) }
        for window in damaged { known.insert(window) }
        return known.gaps(in: closed)
    }

    /// Windows to be taken again as they are: premature and damaged ones that overlap `range` and are closed now.
    package func retakes(in range: Window) -> [Window] {
        retakes.filter { $0.overlaps(range) }
    }

    /// Windows to be taken again as they are: premature and damaged ones that are closed now, oldest first.
    package var retakes: [Window] {
        (premature.map(\.window) + damaged).filter { $0.to <= openFrom }.sorted()
    }

    /// The first second that is covered because it was asked for; nil where nothing is.
    package var firstWanted: StorageInstant? { windows.first { !$0.facts.isEdgeOnly }?.window.from }

    /// Windows that were taken for the rows at their ends alone, and that a range now asks for.
    package func edgesOnly(in range: Window) -> [Window] {
        windows.filter { $0.facts.isEdgeOnly && $0.window.overlaps(range) }.map(\.window)
    }

    /// The part of `range` that is too recent to be taken.
    package func open(in range: Window) -> Window? {
        try? Window(from: max(range.from, openFrom), to: range.to)
    }

    /// The windows in some state, as runs.
    package func runs(of state: SnapshotState) -> WindowSet {
        WindowSet(windows.lazy.filter { $0.state == state }.map(\.window))
    }
}
