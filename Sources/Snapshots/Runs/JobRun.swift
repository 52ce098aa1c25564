import Archive
package import Foundation
import StorageTime
import Vault

/// One run of a job: everything that is due of its tasks, in turns, and the counts that are due of what was taken
/// before.
///
/// Each turn takes the task's lock, plans from what is there, takes some windows and gives the lock back. So a run
/// holds only the tasks it is working on, and what another process did meanwhile is never done again.
package struct JobRun: Sendable {
    let connection: SnapshotConnection
    let firstRunAt: Date?
    let mayGoOn: @Sendable () -> Bool
    let report: @Sendable (SnapshotEvent) -> Void

    /// - Parameters:
    ///   - connection: its settling time, page size and proof give way to each task's rules.
    ///   - firstRunAt: when the job first ran, so that a task without a `start` begins there; nil on the first run.
    ///   - mayGoOn: asked before each window; once it says no, the windows in flight are finished and the run ends.
    package init(
        connection: SnapshotConnection, firstRunAt: Date? = nil,
        mayGoOn: @escaping @Sendable () -> Bool = { true },
        report: @escaping @Sendable (SnapshotEvent) -> Void = { _ in }
    ) {
        self.connection = connection
        self.firstRunAt = firstRunAt
        self.mayGoOn = mayGoOn
        self.report = report
    }

    /// Does what is due. One task's failure never stops another's, unless the account, the server or the vault is at
    /// fault.
    ///
    /// - Returns: what was done, also where the surrounding task is cancelled: then what was published until then.
    package func run(_ tasks: [RunTask]) async -> RunSummary {
        let shared = SharedState(
            serverNow: ServerNow(clock: connection.now),
            encoders: EncoderPool(level: connection.configuration.compressionLevel))
        var order = TurnOrder(tasks: tasks.count)
        var progress = tasks.map { _ in TaskProgress() }
        var summary = RunSummary()
        var isStopped = false
        await withTaskGroup(of: (Int, TurnResult).self) { group in
            var running = 0
            while true {
                while !isStopped, running < connection.configuration.concurrency, mayGoOn(), !Task.isCancelled,
                    let turn = order.next()
                {
                    let task = tasks[turn.task]
                    let before = progress[turn.task]
                    running += 1
                    group.addTask { (turn.task, await take(turn, of: task, before, shared)) }
                }
                guard let (index, result) = await group.next() else { break }
                running -= 1
                progress[index] = result.progress
                summary.add(result.summary)
                order.end(index, result.ending)
                if let error = result.stop, FailureScope.stopsRun(error) { isStopped = true }
            }
        }
        // Tasks that nothing is due of are only known to be so once they had a turn.
        summary.isCutShort = !order.unfinished.isEmpty && order.unfinished != order.held.sorted()
        summary.lockedTasks = order.held.sorted().map { tasks[$0].id.text }
        return summary
    }

    /// What the turns of a run share.
    struct SharedState: Sendable {
        let serverNow: ServerNow
        let encoders: EncoderPool
    }

    struct TurnResult: Sendable {
        var progress: TaskProgress
        var summary = BackfillSummary()
        var ending = TurnOrder.Ending.done
        /// What made going on with the task pointless.
        var stop: (any Error)?
    }
}

/// What one turn of a task leaves for its next.
struct TaskProgress: Sendable {
    /// Windows tried so far, whatever came of them.
    var attempted = WindowSet()
    var memory = TaskSession.Memory()
}
