import Archive
import Catalog
import Records
import StorageTime
import Vault

extension TaskSession {
    /// Where nothing to the left of a window is covered, and the server was not seen to count a window's start in, rows
    /// stored exactly at that start may be answered with the window before: it is taken as well.
    ///
    /// - Parameter covered: all that is covered or was tried, `windows` among it.
    mutating func takeStepsLeft(of windows: [Window], covered: WindowSet, step: Seconds) async throws {
        let convention = context.configuration.interval
        guard !memory.sawEdgeRows, convention != .closed, convention != .halfOpen else { return }
        let steps = windows.compactMap { window -> Window? in
            guard !covered.contains(window.from.advanced(by: -1)) else { return nil }
            return BackfillPlan.stepLeft(of: window, step: step)
        }
        let gaps = WindowSet(steps).windows.flatMap { covered.gaps(in: $0) }
        guard !gaps.isEmpty, try !locked.hasSeenClosedEdges() else { return }
        // They lie before windows that were taken: what is older has to be asked again.
        memory.emptyProof = EmptyProof()
        memory.lastClosed = nil
        try await take(gaps)
    }
}

extension LockedTask {
    /// Whether an earlier snapshot of the task found rows at an edge, be it one inside its window, which only a server
    /// that counts both edges in answers.
    fileprivate func hasSeenClosedEdges() throws -> Bool {
        struct Found: Error {}
        do {
            try vault.catalog.forEachSnapshot(tasks: [task.text], source: .storageTime) { record in
                if record.convention == .closed { throw Found() }
            }
            return false
        } catch is Found {
            return true
        }
    }
}
