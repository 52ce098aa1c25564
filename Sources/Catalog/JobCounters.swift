package import Foundation
import GRDB

/// A number that is kept for a job, over restarts.
package enum JobCounter: Sendable, Hashable {
    /// Runs that ended with an outcome.
    case runs(outcome: String)
    /// Firings that went by while nobody was there to fire them.
    case missedFirings
    /// Deliveries of notices that failed.
    case noticeFailures
    /// Runs in a row, up to the latest, that did not end well.
    case failuresInRow
    /// What a program that did only the latest run would have ended with.
    case lastExitStatus

    var name: String {
        switch self {
        case .runs(let outcome): "runs.\(outcome)"
        case .missedFirings: "missed_firings"
        case .noticeFailures: "notice_failures"
        case .failuresInRow: "failures_in_row"
        case .lastExitStatus: "last_exit_status"
        }
    }
}

/// A job's counters.
package struct JobCounters: Sendable, Hashable {
    /// By outcome.
    package var runs: [String: Int] = [:]
    package var missedFirings = 0
    package var noticeFailures = 0
    package var failuresInRow = 0
    package var lastExitStatus: Int?

    package init() {}
}

/// Something that a job could not tell one of those who are told of it.
package struct FailedNotice: Sendable, Hashable {
    package var job: String
    /// Which of the job's addresses or services it was for, without any secret: `failure`, `ntfy 2`.
    package var target: String
    /// What happened: `success`, `failure`, `recovery`, `missed`.
    package var event: String
    /// What was to be told, as the announcement is kept: JSON.
    package var message: String
    /// Why it failed the last time, without any secret.
    package var reason: String
    package var attempts: Int
    package var firstFailedAt: Date
    package var lastFailedAt: Date

    package init(
        job: String, target: String, event: String, message: String, reason: String, attempts: Int = 1,
        firstFailedAt: Date, lastFailedAt: Date
    ) {
        self.job = job
        self.target = target
        self.event = event
        self.message = message
        self.reason = reason
        self.attempts = attempts
        self.firstFailedAt = firstFailedAt
        self.lastFailedAt = lastFailedAt
    }
}

extension SnapshotCatalog {
    /// Adds to a job's counter.
    package func add(_ amount: Int = 1, to counter: JobCounter, of job: String) throws(CatalogError) {
        guard amount > 0 else { return }
        try write { try Self.add(amount, to: counter, of: job, $0) }
    }

    static func add(_ amount: Int, to counter: JobCounter, of job: String, _ database: Database) throws {
        try database.cachedStatement(
            sql: """
                INSERT INTO counters (job, name, value) VALUES (?1, ?2, ?3)
                ON CONFLICT (job, name) DO UPDATE SET value = min(value + ?3, \(Self.mostCounted))
                """
        ).execute(arguments: [job, counter.name, min(amount, Self.mostCounted)])
    }

    /// Gives a job's counter a value.
    package func set(_ counter: JobCounter, of job: String, to value: Int) throws(CatalogError) {
        try write { database in
            try database.cachedStatement(
                sql: """
                    INSERT INTO counters (job, name, value) VALUES (?1, ?2, ?3)
                    ON CONFLICT (job, name) DO UPDATE SET value = ?3 WHERE value <> ?3
                    """
            ).execute(arguments: [job, counter.name, min(max(0, value), Self.mostCounted)])
        }
    }

    /// The counters of each job that has some.
    package func counters() throws(CatalogError) -> [String: JobCounters] {
        try read { database in
            let rows = try Row.fetchCursor(
                database.cachedStatement(sql: "SELECT job, name, value FROM counters ORDER BY job, name"))
            var counters: [String: JobCounters] = [:]
            while let row = try rows.next() {
                let (job, name, value) = (try row.text(0), try row.text(1), try row.count(2))
                switch name {
                case JobCounter.missedFirings.name: counters[job, default: .init()].missedFirings = value
                case JobCounter.noticeFailures.name: counters[job, default: .init()].noticeFailures = value
                case JobCounter.failuresInRow.name: counters[job, default: .init()].failuresInRow = value
                case JobCounter.lastExitStatus.name: counters[job, default: .init()].lastExitStatus = value
                case _ where name.hasPrefix("runs."):
                    counters[job, default: .init()].runs[String(name.dropFirst(5))] = value
                default: break
                }
            }
            return counters
        }
    }

    /// Writes down that a notice failed: in the place of an earlier one for the same target, whose attempts it goes on
    /// counting.
    package func record(_ notice: FailedNotice) throws(CatalogError) {
        try write { database in
            try database.cachedStatement(
                sql: """
                    INSERT INTO failed_notices (job, target, event, message, reason, attempts, first_failed_at,
                        last_failed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                    ON CONFLICT (job, target) DO UPDATE SET event = excluded.event, message = excluded.message,
                        reason = excluded.reason, last_failed_at = excluded.last_failed_at,
                        attempts = min(attempts + excluded.attempts, \(Self.mostCounted))
                    """
            ).execute(arguments: [
                notice.job, notice.target, notice.event, notice.message, notice.reason, notice.attempts,
                notice.firstFailedAt.unix, notice.lastFailedAt.unix,
            ])
        }
    }

    /// The notices that failed last, of a job or of all, by job and target.
    package func failedNotices(of job: String? = nil) throws(CatalogError) -> [FailedNotice] {
        try read { database in
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT job, target, event, message, reason, attempts, first_failed_at, last_failed_at
                    FROM failed_notices WHERE \(job == nil ? "?1 IS NULL" : "job = ?1") ORDER BY job, target
                    """, arguments: [job])
            var notices: [FailedNotice] = []
            while let row = try rows.next() {
                notices.append(
                    FailedNotice(
                        job: try row.text(0), target: try row.text(1), event: try row.text(2),
                        message: try row.text(3), reason: try row.text(4), attempts: try row.count(5),
                        firstFailedAt: try row.date(6), lastFailedAt: try row.date(7)))
            }
            return notices
        }
    }

    /// Forgets a notice that failed, since it or a later one was delivered, or nobody is to be told any more.
    package func forgetFailedNotice(of job: String, target: String) throws(CatalogError) {
        try write { database in
            try database.cachedStatement(sql: "DELETE FROM failed_notices WHERE job = ? AND target = ?")
                .execute(arguments: [job, target])
        }
    }

    private static let mostCounted = 1_000_000_000_000
}
