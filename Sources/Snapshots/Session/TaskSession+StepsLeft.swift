import Archive
import Catalog
import OctoparseAPI
import Records
import StorageTime
import Vault

extension TaskSession {
    /// Where nothing to the left of a window is covered, and the server was not seen to count a window's start in, rows
    /// stored exactly at that start may be answered with the window before: it is taken as well.
    ///
    /// Nobody asked for that window, and it is marked so. Where its last second has rows, and the server was not seen
    /// to count both edges in, they may be those stored at the start: then that second alone is taken, and is wanted.
    ///
    /// - Parameter covered: all that is covered or was tried, `windows` among it.
    mutating func takeStepsLeft(of windows: [Window], covered: WindowSet, step: Seconds) async throws {
        let convention = context.configuration.interval
        guard !memory.sawEdgeRows, convention != .closed, convention != .halfOpen else { return }
        let starts = windows.map(\.from).filter { $0 > .earliest && !covered.contains($0.advanced(by: -1)) }
        guard !starts.isEmpty, try !locked.hasSeenClosedEdges() else { return }
        var (edges, wanted) = ([Window](), [Window]())
        for start in starts {
            if let second = try await lastSecond(before: start) {
                wanted.append(second)
            } else if let end = try? Window(from: start, to: start.advanced(by: 1)),
                let left = BackfillPlan.stepLeft(of: end, step: step)
            {
                edges.append(left)
            }
        }
        try await takeLeft(WindowSet(wanted).windows.flatMap { covered.gaps(in: $0) })
        isTakingEdges = true
        defer { isTakingEdges = false }
        let before = attempted.count
        defer { attemptedEdges += attempted.count - before }
        let known = covered.union(WindowSet(wanted))
        try await takeLeft(WindowSet(edges).windows.flatMap { known.gaps(in: $0) })
    }

    private mutating func takeLeft(_ gaps: [Window]) async throws {
        guard !gaps.isEmpty else { return }
        memory.goBack()
        try await take(gaps)
    }

    /// The second before `start`, where its answer may hold rows stored at `start`: where it has rows, and nothing
    /// shows that the server counts both edges in, which would have left them to the window that begins there.
    private func lastSecond(before start: StorageInstant) async throws -> Window? {
        guard let second = try? Window(from: start.advanced(by: -1), to: start) else { return nil }
        let reader = context.reader(task: task)
        do {
            guard try await reader.count(from: second.from, to: second.to).total > 0 else { return nil }
            for instant in [second.to, second.from]
            where try await reader.count(from: instant, to: instant).total > 0 { return nil }
        } catch let error as APIError where error.code == .unexpected {
            // The server will not be asked for an instant, and nothing tells whose rows they are.
        }
        return second
    }

    /// Notes of windows that were taken for the rows at their ends alone that somebody asks for them now. No request is
    /// made.
    mutating func claim(_ windows: [Window]) throws {
        for window in windows {
            let home = try home(of: window)
            guard var manifest = try locked.manifest(of: window, in: home), manifest.isEdgeOnly else { continue }
            manifest.isEdgeOnly = false
            try locked.publish(manifest, in: home)
        }
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
