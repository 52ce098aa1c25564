import Catalog
import Foundation
import Records
import StorageTime
import Vault

/// The metrics of a vault and its jobs. What outlives a process is the catalog's, so that a restart resets no gauge.
package enum VaultMetrics {
    /// - Parameters:
    ///   - version: the program's.
    ///   - traffic: what this process did; nil for one that runs no jobs.
    package static func text(_ overview: VaultOverview, version: String, traffic: RunBoard.Traffic?) -> String {
        var metrics = MetricsText()
        metrics.add(
            "octovault_build_info", .gauge, "The program's version; always 1.",
            [MetricsText.Sample(["version": version], 1)])
        addTasks(overview.tasks, to: &metrics)
        addJobs(overview.jobs, to: &metrics)
        if let traffic { add(traffic, to: &metrics) }
        if let free = overview.freeBytes {
            metrics.add(
                "octovault_vault_free_bytes", .gauge, "Bytes that may still be written to the vault's disk.",
                [MetricsText.Sample([:], free)])
        }
        metrics.add(
            "octovault_damaged_snapshots", .gauge, "Snapshots known to be damaged and not healed yet.",
            [MetricsText.Sample([:], overview.damagedSnapshots)])
        metrics.add(
            "octovault_copy_behind_snapshots", .gauge, "Snapshots that a copy of the vault lacks.",
            overview.copies.map { MetricsText.Sample(["copy": $0.remote], $0.behind) })
        metrics.add(
            "octovault_copy_last_success_timestamp_seconds", .gauge, "When a copy was last brought up to date.",
            overview.copies.compactMap { MetricsText.Sample(["copy": $0.remote], $0.lastSuccess) })
        return metrics.text
    }

    private static func addTasks(_ tasks: [TaskOverview], to metrics: inout MetricsText) {
        // A task that was backed up from two hosts is two of them; the second says which.
        var seen: Set<[String]> = []
        let labelled = tasks.filter { seen.insert([$0.status.task, $0.status.source.rawValue]).inserted }
        func labels(_ task: TaskOverview) -> KeyValuePairs<String, String> {
            ["task": task.status.task, "name": task.status.name, "source": task.status.source.rawValue]
        }
        func add(_ name: String, _ help: String, _ value: (TaskOverview) -> Int?) {
            metrics.add(
                name, .gauge, help,
                labelled.compactMap { task in value(task).map { MetricsText.Sample(labels(task), $0) } })
        }
        metrics.add(
            "octovault_task_covered_until_timestamp_seconds", .gauge,
            "The end of what is covered of a task, by its account's clock; of captures, when the newest was taken.",
            labelled.compactMap { task in
                let until = task.status.to.map { task.outlook.clock.instant(of: $0) } ?? task.status.newestCapture
                return MetricsText.Sample(labels(task), until)
            })
        add("octovault_task_rows", "Rows in the archives of a task.") { $0.status.rows }
        add("octovault_task_bytes", "Bytes that the archives of a task take on disk.") { $0.status.bytes }
        add("octovault_task_gap_seconds", "Storage time missing between what is covered of a task.") { task in
            task.status.source == .storageTime ? task.gapSeconds : nil
        }
        add("octovault_task_unproven_seconds", "Storage time found without rows, perhaps too late.") { task in
            task.status.source == .storageTime ? task.unprovenSeconds : nil
        }
        add("octovault_task_kept_rows", "Rows that the cloud no longer had when they were last looked for.") {
            $0.status.kept
        }
    }

    private static func addJobs(_ jobs: [JobOverview], to metrics: inout MetricsText) {
        func add(_ name: String, _ help: String, _ value: (JobOverview) -> Int?) {
            metrics.add(
                name, .gauge, help,
                jobs.compactMap { job in value(job).map { MetricsText.Sample(["job": job.name], $0) } })
        }
        func time(_ name: String, _ help: String, _ value: (JobOverview) -> Date?) {
            metrics.add(name, .gauge, help, jobs.compactMap { MetricsText.Sample(["job": $0.name], value($0)) })
        }
        time("octovault_job_last_run_timestamp_seconds", "When a job's latest run started.") { $0.lastRun?.startedAt }
        time("octovault_job_last_success_timestamp_seconds", "When a job's latest run that was done ended.") {
            $0.lastSuccess?.finishedAt ?? $0.lastSuccess?.startedAt
        }
        add(
            "octovault_job_last_run_exit_status",
            "What a program that did only a job's latest run would have ended with; 0 is done."
        ) { $0.lastExitStatus }
        time("octovault_job_next_run_timestamp_seconds", "A job's next firing.") { $0.nextRun }
        add("octovault_job_last_run_duration_seconds", "How long a job's latest run took.") { job in
            job.lastEnded.flatMap { run in
                run.finishedAt.map { max(0, Int(held: $0.timeIntervalSince(run.startedAt))) }
            }
        }
        metrics.add(
            "octovault_job_runs_total", .counter, "Runs of a job that ended, by outcome.",
            jobs.flatMap { job in
                ["done", "partial", "failed", "interrupted"].map { outcome in
                    MetricsText.Sample(["job": job.name, "outcome": outcome], job.counters.runs[outcome] ?? 0)
                }
            })
        metrics.add(
            "octovault_job_missed_firings_total", .counter, "Firings that went by while nobody was there to fire them.",
            jobs.map { MetricsText.Sample(["job": $0.name], $0.counters.missedFirings) })
        metrics.add(
            "octovault_job_notify_failures_total", .counter, "Deliveries of a job's notices that failed.",
            jobs.map { MetricsText.Sample(["job": $0.name], $0.counters.noticeFailures) })
    }

    private static func add(_ traffic: RunBoard.Traffic, to metrics: inout MetricsText) {
        let accounts = traffic.requests.keys.sorted()
        metrics.add(
            "octovault_api_requests_total", .counter,
            "Requests to the API since the process started, by how they ended.",
            accounts.flatMap { account in
                ["ok", "failed"].map { result in
                    MetricsText.Sample(["account": account, "result": result], traffic.requests[account]?[result] ?? 0)
                }
            })
        metrics.add(
            "octovault_api_retries_total", .counter, "Requests to the API that were tried again.",
            traffic.retries.sorted { $0.key < $1.key }.map { MetricsText.Sample(["account": $0.key], $0.value) })
        metrics.add(
            "octovault_rows_sealed_total", .counter, "Rows sealed since the process started.",
            [MetricsText.Sample([:], traffic.rowsSealed)])
    }
}
