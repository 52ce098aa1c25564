package import Archive

/// What became of tasks that were worked on one after the other, each with its lock held.
package struct TaskWork<Report: Sendable>: Sendable {
    package internal(set) var reports: [Report] = []
    /// Tasks that another process holds, each once.
    package internal(set) var locked: [TaskID] = []
    package internal(set) var failed: [(task: TaskID, error: any Error)] = []
    /// What taking the tasks found and put right.
    package internal(set) var notices: [Notice] = []
}

extension SnapshotVault {
    /// Works on tasks one after the other. One task's failure never stops another's.
    ///
    /// - Parameters:
    ///   - items: each with its task.
    ///   - taking: takes a task's lock.
    /// - Returns: what was done, also where the surrounding task is cancelled: then what was done until then.
    func work<Item, Report>(
        on items: [(task: TaskID, item: Item)], taking: (TaskID) async throws -> LockedTask,
        _ body: (LockedTask, Item) throws -> Report
    ) async -> TaskWork<Report> {
        var work = TaskWork<Report>()
        for (task, item) in items {
            guard !Task.isCancelled else { break }
            do {
                let locked = try await taking(task)
                defer { locked.release() }
                work.notices += locked.notices
                work.reports.append(try body(locked, item))
            } catch is CancellationError {
                break
            } catch let error as VaultError where error.code == .locked {
                if !work.locked.contains(task) { work.locked.append(task) }
            } catch {
                work.failed.append((task, error))
            }
        }
        return work
    }
}
