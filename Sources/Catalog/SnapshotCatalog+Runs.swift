package import Foundation
import GRDB

extension SnapshotCatalog {
    /// Writes a run down: a new one, or a known one's later state.
    ///
    /// - Returns: the run's id.
    @discardableResult
    package func record(_ run: RunRecord) throws(CatalogError) -> Int64 {
        try write { try Self.write(run, $0) }
    }

    /// How many runs of a job are remembered.
    package static let runsKept = 10_000

    /// Writes a run's end down, and forgets runs that have nothing more to tell, so that a job of every second does not
    /// fill the disk: an idle run (``RunRecord/isIdle``) takes the place of an idle one right before it, and of each
    /// job the latest `limit` runs stay. A job's first run always stays, for it says since when there is the job.
    ///
    /// What was read of the file during the run is let go: a process that is left running would else hold as much of a
    /// growing file as the cache takes.
    ///
    /// - Returns: the run's id.
    @discardableResult
    package func recordEnd(
        _ run: RunRecord, keeping limit: Int = SnapshotCatalog.runsKept
    ) throws(CatalogError) -> Int64 {
        defer { releaseCache() }
        return try write { database in
            let id = try Self.write(run, database)
            try Self.add(1, to: .runs(outcome: run.outcome), of: run.job, database)
            if run.isIdle, let before = try Self.run(before: id, of: run.job, database), before.isIdle {
                try Self.remove([before], database)
            }
            // Looking for old runs takes a walk over all that stay: now and then is often enough.
            if id % Int64(max(1, min(limit, 64))) == 0 {
                try Self.remove(try Self.runs(of: run.job, limit: -1, offset: limit, database), database)
            }
            return id
        }
    }

    private static func remove(_ runs: [RunRecord], _ database: Database) throws {
        for run in runs {
            try database.cachedStatement(
                sql: "DELETE FROM runs WHERE key = ? AND key > (SELECT min(key) FROM runs WHERE job = ?)"
            ).execute(arguments: [run.id, run.job])
        }
    }

    private static func write(_ run: RunRecord, _ database: Database) throws -> Int64 {
        let id = try Int64.fetchOne(
            database.cachedStatement(
                sql: """
                    INSERT OR REPLACE INTO runs (key, job, scheduled_at, started_at, finished_at, sealed, empty,
                        unproven, retaken, counted, failed, rows, bytes, requests, retries, outcome, first_error, least,
                        wasted)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING key
                    """),
            arguments: [
                run.id, run.job, run.scheduledAt.unix, run.startedAt.unix, run.finishedAt?.unix, run.sealed,
                run.empty, run.unproven, run.retaken, run.counted, run.failed, run.rows, run.bytes, run.requests,
                run.retries, run.outcome, run.firstError, run.least, run.wasted,
            ])
        guard let id else { throw CatalogError(.failed, "the run of \(run.job) was not written") }
        return id
    }

    /// What a ``RunRecord`` is read from, in this order.
    private static let runColumns = """
        key, job, scheduled_at, started_at, finished_at, sealed, empty, unproven, retaken, counted, failed, rows, bytes,
        requests, retries, outcome, first_error, least, wasted
        """

    private static func run(before id: Int64, of job: String, _ database: Database) throws -> RunRecord? {
        try Row.fetchOne(
            database.cachedStatement(
                sql: "SELECT \(runColumns) FROM runs WHERE job = ? AND key < ? ORDER BY key DESC LIMIT 1"),
            arguments: [job, id]
        ).map(RunRecord.init)
    }

    /// Newest first.
    static func runs(
        of job: String?, limit: Int, offset: Int = 0, _ database: Database
    ) throws -> [RunRecord] {
        try Row.fetchAll(
            database,
            sql: """
                SELECT \(runColumns) FROM runs WHERE \(job == nil ? "?1 IS NULL" : "job = ?1")
                ORDER BY started_at DESC, key DESC LIMIT ?2 OFFSET ?3
                """, arguments: [job, limit, offset]
        ).map(RunRecord.init)
    }

    /// The latest runs, newest first.
    ///
    /// - Parameters:
    ///   - job: only this job's; nil for all jobs'.
    ///   - limit: at most so many.
    package func runs(of job: String? = nil, limit: Int) throws(CatalogError) -> [RunRecord] {
        try read { try Self.runs(of: job, limit: max(0, limit), $0) }
    }

    /// The latest runs but for the newest `offset`, newest first.
    ///
    /// - Complexity: O(*offset* + *limit*).
    package func runs(of job: String?, offset: Int, limit: Int) throws(CatalogError) -> [RunRecord] {
        try read { try Self.runs(of: job, limit: max(0, limit), offset: max(0, offset), $0) }
    }

    /// The run of that id; nil where there is none, or none any more.
    package func run(_ id: Int64) throws(CatalogError) -> RunRecord? {
        try read { database in
            try Row.fetchOne(
                database.cachedStatement(sql: "SELECT \(Self.runColumns) FROM runs WHERE key = ?"), arguments: [id]
            ).map(RunRecord.init)
        }
    }

    /// The latest run of a job that was done, as far as the history goes back.
    package func lastSuccess(of job: String) throws(CatalogError) -> RunRecord? {
        try read { database in
            try Row.fetchOne(
                database.cachedStatement(
                    sql: """
                        SELECT \(Self.runColumns) FROM runs WHERE job = ? AND outcome = 'done'
                        ORDER BY started_at DESC, key DESC LIMIT 1
                        """), arguments: [job]
            ).map(RunRecord.init)
        }
    }

    /// Forgets runs that started before `instant`.
    package func removeRuns(startedBefore instant: Date) throws(CatalogError) {
        try write { try $0.execute(sql: "DELETE FROM runs WHERE started_at < ?", arguments: [instant.unix]) }
    }
}

extension RunRecord {
    fileprivate init(_ row: Row) throws {
        self.init(
            job: try row.text(1), scheduledAt: try row.date(2), startedAt: try row.date(3), outcome: try row.text(15))
        id = Int64(try row.integer(0))
        finishedAt = try row.optionalDate(4)
        sealed = try row.count(5)
        empty = try row.count(6)
        unproven = try row.count(7)
        retaken = try row.count(8)
        counted = try row.count(9)
        failed = try row.count(10)
        rows = try row.count(11)
        bytes = try row.count(12)
        requests = try row.count(13)
        retries = try row.count(14)
        firstError = try row.optionalText(16)
        least = try row.count(17)
        wasted = try row.count(18)
    }
}
