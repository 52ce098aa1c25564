package import Archive
package import StorageTime

/// How the windows of a range are dealt among workers: in order, task by task, cut into runs of equal length.
///
/// Whatever is covered already, by whichever worker, the deal is the same: it follows from tasks, range and step alone.
/// So a share can be taken again, by another worker or by two at once, and no window is ever in two shares.
package struct ShardPlan: Sendable {
    /// A stretch of joining windows of one task.
    package struct Stretch: Sendable, Hashable {
        package let task: TaskID
        package let window: Window
        /// How many windows it is cut into.
        package let windows: Int
    }

    /// One share.
    package struct Shard: Sendable, Hashable {
        package let number: ShardNumber
        /// At most one a task, in the order of the tasks.
        package let stretches: [Stretch]

        package var windows: Int { stretches.reduce(0) { $0 + $1.windows } }

        /// The part of the range that is the shard's of one task; nil where none is.
        package func range(of task: TaskID) -> Window? { stretches.first { $0.task == task }?.window }
    }

    package let tasks: [TaskID]
    package let range: Window
    package let step: Seconds
    /// How many windows each task has.
    package let windowsOfTask: Int
    /// How many windows all tasks have.
    package let windows: Int

    /// - Parameters:
    ///   - tasks: each once; their order is that of the deal.
    ///   - step: the grid's, at least one second.
    /// - Returns: nil where there are more windows than a number can say.
    package init?(tasks: [TaskID], range: Window, step: Seconds) {
        let each = range.sliceCount(onGridOf: step.count)
        let (all, overflow) = each.multipliedReportingOverflow(by: tasks.count)
        guard !overflow, all <= Int.max / ShardNumber.mostShards else { return nil }
        self.tasks = tasks
        self.range = range
        self.step = step
        windowsOfTask = each
        windows = all
    }

    /// A share. Its length differs by at most one window from any other's of as many.
    ///
    /// - Complexity: O(*n*) in the tasks that it holds windows of.
    package func shard(_ number: ShardNumber) -> Shard {
        var next = bound(number.number - 1, number.of)
        let end = bound(number.number, number.of)
        var stretches: [Stretch] = []
        while next < end {
            let task = next / windowsOfTask
            let first = next % windowsOfTask
            let count = min(windowsOfTask - first, end - next)
            next += count
            guard let window = range.stretch(ofSlices: first..<(first + count), onGridOf: step.count) else { continue }
            stretches.append(Stretch(task: tasks[task], window: window, windows: count))
        }
        return Shard(number: number, stretches: stretches)
    }

    private func bound(_ index: Int, _ count: Int) -> Int { windows * index / count }

    /// How many windows of a stretch are closed and not wholly covered.
    ///
    /// - Parameters:
    ///   - covered: what is covered of the stretch's task.
    ///   - closedUntil: the end of what may be taken.
    /// - Complexity: O(*n*) in the gaps.
    package func due(of stretch: Stretch, covered: WindowSet, closedUntil: StorageInstant) -> Int {
        let edge = stretch.window.to <= closedUntil ? stretch.window.to : gridEdge(before: closedUntil)
        guard let closed = try? Window(from: stretch.window.from, to: min(edge, stretch.window.to)) else { return 0 }
        var count = 0
        var last = -1
        for gap in covered.gaps(in: closed) {
            guard let first = stretch.window.sliceIndex(of: gap.from, onGridOf: step.count),
                let end = stretch.window.sliceIndex(of: gap.to.advanced(by: -1), onGridOf: step.count)
            else { continue }
            count += end - max(first, last + 1) + 1
            last = end
        }
        return count
    }

    private func gridEdge(before instant: StorageInstant) -> StorageInstant {
        StorageInstant(seconds: instant.seconds / step.count * step.count) ?? .earliest
    }
}
