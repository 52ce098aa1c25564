import Catalog
import Foundation
import Jobs
import OctoparseAPI
import Records
import StorageTime
import Vault

/// Whether jobs and tasks belong together: tasks that no job takes, tasks of jobs that the vault lacks, groups and
/// tasks that vanished from the account.
struct TasksCheck: DoctorCheck {
    /// A task that the API listed for a job once, and does not any more.
    struct Vanished: Sendable, Hashable {
        let job: String
        let task: String
        let name: String
        let since: Date
    }

    let name = "tasks"
    let jobs: JobSet
    /// What the vault holds, and which jobs take it.
    let entries: [StatusReport.Entry]
    /// Tasks that jobs name by id or that were listed for them, in lower case.
    let wanted: [String]
    let vanished: [Vanished]
    let accounts: [AccountFacts]

    func findings() -> [Finding] {
        let bad = missingGroups + missingTasks + vanishedTasks + idleTasks
        guard bad.isEmpty else { return bad }
        return [.ok("\(entries.count.counted("task")) in the vault, each taken by a job; no task of a job is missing")]
    }

    private var missingGroups: [Finding] {
        jobs.jobs.flatMap { job -> [Finding] in
            guard case .some(let ids) = job.tasks.groups,
                let groups = accounts.first(where: { $0.name == job.account })?.groups
            else { return [] }
            return ids.filter { id in !groups.contains { $0.id == id } }.map { id in
                .error(
                    .tryAgain, "job \(job.name) takes the task group \(id), which the account does not have",
                    "`octovault tasks` lists the groups; what was backed up of it stays")
            }
        }
    }

    private var missingTasks: [Finding] {
        let known = Set(entries.map { $0.status.task.lowercased() })
        let missing = wanted.filter { !known.contains($0) }.map { task in
            Finding.Subject(
                task, advice: "the job's next run takes it; `octovault history` tells why the last one did not")
        }
        return Finding.of(
            missing, nil, one: { "task \($0.task) belongs to a job, and the vault holds nothing of it yet" },
            several: { "\($0.grouped) tasks belong to jobs, and the vault holds nothing of them yet" })
    }

    private var vanishedTasks: [Finding] {
        let gone = vanished.map { gone in
            Finding.Subject(
                gone.task, name: gone.name, "from what job \(gone.job) lists, on \(gone.since.utcText)",
                advice: "what was backed up of it stays; if it was renamed or moved, name it in a job by its id")
        }
        return Finding.of(
            gone, nil, one: { "task \($0.task)\($0.name.isEmpty ? "" : " (\($0.name))") vanished \($0.detail)" },
            several: { "\($0.grouped) tasks vanished" })
    }

    private var idleTasks: [Finding] {
        let idle = entries.filter(\.outlook.jobs.isEmpty).map { entry in
            Finding.Subject(
                entry.status.task, name: entry.status.name, entry.status.source.rawValue,
                advice: "name it in a job, if it is to go on being backed up")
        }
        return Finding.of(
            idle, nil, one: { "no job takes task \($0.task) (\($0.detail)), which the vault holds" },
            several: { "no job takes \($0.grouped) tasks which the vault holds" })
    }
}
