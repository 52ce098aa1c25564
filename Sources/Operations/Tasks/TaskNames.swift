import Archive
import Jobs
import OctoparseAPI
import Snapshots

/// What accounts call their tasks, listed when first asked for and remembered.
actor TaskNames {
    private enum Known {
        case listed(TaskDirectory)
        /// It is not asked again: a name is not worth another round of retries.
        case unavailable
    }

    private var known: [Account: Known] = [:]

    /// The account's tasks; nil where they cannot be listed, or are in more groups than a name is worth asking.
    func directory(of account: Account, _ lister: any TaskLister) async -> TaskDirectory? {
        if known[account] == nil { known[account] = await Self.list(lister) }
        guard case .listed(let directory) = known[account] else { return nil }
        return directory
    }

    /// The task's name; empty where the account does not tell it.
    func name(of task: TaskID, _ account: Account, _ lister: any TaskLister) async -> String {
        await directory(of: account, lister)?.entries.first { $0.task == task }?.name ?? ""
    }

    /// The error with what the account's list of tasks tells, where the server knows no such task.
    func explained(
        _ error: any Error, _ task: TaskID, _ account: Account, _ lister: any TaskLister
    ) async -> any Error {
        let error = account.explained(error)
        guard let refusal = error as? APIError, refusal.code == .taskUnknown,
            let directory = await directory(of: account, lister)
        else { return error }
        guard !directory.contains(id: task.text) else { return error }
        let problem = directory.unknown(task.text)
        return APIError(.taskUnknown, problem.message, hint: problem.hint, cause: refusal.cause)
    }

    private static func list(_ lister: any TaskLister) async -> Known {
        do {
            let groups = try await lister.taskGroups()
            guard groups.count <= mostGroups else { return .unavailable }
            var entries: [TaskDirectory.Entry] = []
            for group in groups {
                entries += try await lister.tasks(inGroup: group.id).compactMap { task in
                    (try? TaskID(task.id)).map { TaskDirectory.Entry(task: $0, name: task.name) }
                }
                guard entries.count <= ListingBudget.mostTasks else { return .unavailable }
            }
            return .listed(TaskDirectory(entries, place: "this account"))
        } catch {
            return .unavailable
        }
    }

    /// A request each: at five a second, twenty seconds.
    private static let mostGroups = 100
}

extension SnapshotConnection {
    /// The same, with names and unknown tasks told by the account's list of tasks.
    func naming(by names: TaskNames, _ account: Account, _ lister: any TaskLister) -> SnapshotConnection {
        var connection = self
        connection.taskName = { await names.name(of: $0, account, lister) }
        connection.explained = { await names.explained($0, $1, account, lister) }
        return connection
    }
}
