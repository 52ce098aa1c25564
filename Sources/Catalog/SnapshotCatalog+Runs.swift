public import Foundation
internal import GRDB

extension SnapshotCatalog {
    /// Writes a run down: a new one, or a known one's later state.
    ///
    /// - Returns: the run's id.
    @discardableResult
    public func record(_ run: RunRecord) throws(CatalogError) -> Int64 {
        try write { database in
            let id = try Int64.fetchOne(
                database.cachedStatement(
                    sql: """
                        INSERT OR REPLACE INTO runs (key, job, scheduled_at, started_at, finished_at, sealed, empty,
                            unproven, retaken, counted, failed, rows, bytes, requests, retries, outcome, first_error)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING key
                        """),
                arguments: [
                    run.id, run.job, run.scheduledAt.unix, run.startedAt.unix, run.finishedAt?.unix, run.sealed,
                    run.empty, run.unproven, run.retaken, run.counted, run.failed, run.rows, run.bytes, run.requests,
                    run.retries, run.outcome, run.firstError,
                ])
            guard let id else { throw CatalogError(.failed, "the run of \(run.job) was not written") }
            return id
        }
    }

    /// The latest runs, newest first.
    ///
    /// - Parameters:
    ///   - job: only this job's; nil for all jobs'.
    ///   - limit: at most so many.
    public func runs(of job: String? = nil, limit: Int) throws(CatalogError) -> [RunRecord] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT * FROM runs \(job == nil ? "" : "WHERE job = :job")
                    ORDER BY started_at DESC, key DESC LIMIT :limit
                    """, arguments: job == nil ? ["limit": limit] : ["job": job, "limit": limit]
            ).map(RunRecord.init)
        }
    }

    /// Forgets runs that started before `instant`.
    public func removeRuns(startedBefore instant: Date) throws(CatalogError) {
        try write { try $0.execute(sql: "DELETE FROM runs WHERE started_at < ?", arguments: [instant.unix]) }
    }
}

extension RunRecord {
    fileprivate init(_ row: Row) {
        self.init(
            job: row["job"], scheduledAt: Date(unix: row["scheduled_at"]), startedAt: Date(unix: row["started_at"]),
            outcome: row["outcome"])
        id = row["key"]
        finishedAt = (row["finished_at"] as Int?).map(Date.init(unix:))
        sealed = row["sealed"]
        empty = row["empty"]
        unproven = row["unproven"]
        retaken = row["retaken"]
        counted = row["counted"]
        failed = row["failed"]
        rows = row["rows"]
        bytes = row["bytes"]
        requests = row["requests"]
        retries = row["retries"]
        firstError = row["first_error"]
    }
}
