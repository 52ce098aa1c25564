import Archive
import Catalog
import Foundation
import Jobs
import OctoparseAPI
import Snapshots

/// Where groups and their tasks are listed.
protocol TaskLister: Sendable {
    func taskGroups() async throws -> [TaskGroup]
    func tasks(inGroup id: String) async throws -> [RemoteTask]
}

extension OctoparseClient: TaskLister {}

/// The tasks that a run of a job takes, and what the listing told.
struct JobTasks: Sendable {
    var tasks: [RunTask] = []
    /// What is new and what vanished against the listing before.
    var change = MemberChange()
    /// Why tasks may be missing.
    var errors: [any Error] = []

    /// Lists the job's groups where it needs that. Where the listing fails, the tasks known from the one before stand
    /// in.
    ///
    /// - Throws: `CancellationError`, and where the catalog fails.
    static func of(
        _ job: Job, lister: any TaskLister, catalog: SnapshotCatalog, now: Date
    ) async throws -> JobTasks {
        var found = JobTasks()
        guard job.needsListing else {
            found.add(job, ids: job.tasks.ids, names: [:])
            return found
        }
        do {
            let (listing, missing) = try await list(job, lister)
            found.errors += missing + unmatched(job.tasks.names, in: listing)
            let names = Dictionary(listing.map { ($0.task.id, Name($0.task)) }) { first, _ in first }
            let taken = listing.filter { job.tasks.contains($0.listed) }
            found.change = try catalog.record(
                members: taken.map { ($0.task.id, $0.task.name) }, of: job.name, at: now)
            found.add(job, ids: job.tasks.taskIDs(in: listing.map(\.listed)), names: names)
        } catch let error as APIError {
            found.errors.append(error)
            let members = try catalog.members(of: job.name).filter { $0.goneAt == nil }
            let names = Dictionary(members.map { ($0.task, Name($0.name)) }) { first, _ in first }
            // They were the selection's by the listing before, whichever group or name brought them in.
            let known = Set(job.tasks.ids.map { $0.lowercased() })
            found.add(
                job, ids: job.tasks.ids + members.map(\.task).filter { !known.contains($0.lowercased()) }, names: names)
        }
        return found
    }

    /// A task of a listing, and what the job files' patterns are compared with.
    private struct Entry {
        let task: RemoteTask
        let listed: ListedTask

        init(_ task: RemoteTask, group: String) {
            self.task = task
            listed = ListedTask(id: task.id, name: task.sentName, group: group)
        }
    }

    /// A task's name: as it is kept, and as patterns are compared with it.
    private struct Name {
        let kept: String
        let compared: String

        init(_ task: RemoteTask) { (kept, compared) = (task.name, task.sentName) }
        init(_ kept: String) { (self.kept, compared) = (kept, kept) }
    }

    private static func list(
        _ job: Job, _ lister: any TaskLister
    ) async throws -> (tasks: [Entry], missing: [any Error]) {
        let groups = try await lister.taskGroups()
        var wanted = groups
        var missing: [any Error] = []
        if case .some(let ids) = job.tasks.groups {
            if !job.heedsNames { wanted = groups.filter { ids.contains($0.id) } }
            missing = ids.filter { id in !groups.contains { $0.id == id } }.map { id in
                Problem(
                    .tryAgain, code: "group-unknown", "the account has no task group '\(id)'",
                    hint: "`octovault tasks` lists the groups")
            }
        }
        var tasks: [Entry] = []
        var budget = ListingBudget(host: "the account of job \(job.name)")
        try budget.check(wanted)
        for group in wanted {
            let listed = try await lister.tasks(inGroup: group.id)
            try budget.add(listed)
            tasks += listed.map { Entry($0, group: group.id) }
        }
        return (tasks, missing)
    }

    /// A pattern that fits nothing is more likely misspelt than early: case counts, and a task may have been renamed.
    private static func unmatched(_ patterns: [NamePattern], in listing: [Entry]) -> [any Error] {
        patterns.filter { pattern in !listing.contains { pattern.matches($0.task.sentName) } }.map { pattern in
            Problem(
                .tryAgain, code: "name-unknown", "the account has no task with a name like '\(pattern)'",
                hint: "`octovault tasks` lists the names; case counts")
        }
    }

    private mutating func add(_ job: Job, ids: [String], names: [String: Name]) {
        let folded = Dictionary(names.map { ($0.key.lowercased(), $0.value) }) { first, _ in first }
        for id in ids {
            do {
                let name = folded[id.lowercased()]
                let rules = job.rules(forTask: id, name: name?.compared)
                tasks.append(RunTask(id: try TaskID(id), name: name?.kept ?? "", rules: rules))
            } catch {
                errors.append(error)
            }
        }
    }
}
