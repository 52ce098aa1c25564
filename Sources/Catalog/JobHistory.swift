package import Foundation
import GRDB

/// What the history says of one job.
package struct JobHistory: Sendable, Hashable {
    package var job: String
    /// When its first run started.
    package var firstRunAt: Date
    /// The latest run, perhaps under way.
    package var lastRun: RunRecord
    /// The last firing whose run came to its end by itself: neither interrupted, nor cut off with its process. What
    /// those left is still to be done. Nil where there is none.
    package var lastHandled: Date?
}

extension SnapshotCatalog {
    /// The history of each job that ever ran, by name.
    ///
    /// - Complexity: O(*j* log *n*) for *j* jobs and *n* runs, but for the firings since the last run that came to an
    ///   end.
    package func jobHistories() throws(CatalogError) -> [JobHistory] {
        try read { database in
            var histories: [JobHistory] = []
            var last = ""
            let names = try database.cachedStatement(sql: "SELECT min(job) FROM runs WHERE job > ?")
            while let job = try String.fetchOne(names, arguments: [last]) {
                // In the order of SQLite's own comparison, which is of bytes: else there is no end to it.
                guard last.utf8.lexicographicallyPrecedes(job.utf8) else {
                    throw CatalogError(.corrupt, "the catalog is damaged: the name of a job in its history is no text")
                }
                if let history = try Self.history(of: job, database) { histories.append(history) }
                last = job
            }
            return histories
        }
    }

    /// The history of one job; nil where it never ran.
    package func history(of job: String) throws(CatalogError) -> JobHistory? {
        try read { try Self.history(of: job, $0) }
    }

    private static func history(of job: String, _ database: Database) throws -> JobHistory? {
        guard let last = try runs(of: job, limit: 1, database).first else { return nil }
        let first = try Int.fetchOne(
            database.cachedStatement(sql: "SELECT min(started_at) FROM runs WHERE job = ?"), arguments: [job])
        let handled = try Int.fetchOne(
            database.cachedStatement(
                sql: """
                    SELECT scheduled_at FROM runs
                    WHERE job = ? AND finished_at IS NOT NULL AND outcome <> 'interrupted'
                    ORDER BY started_at DESC, key DESC LIMIT 1
                    """), arguments: [job])
        return JobHistory(
            job: job, firstRunAt: try Date(checkedUnix: first ?? last.startedAt.unix), lastRun: last,
            lastHandled: try handled.map(Date.init(checkedUnix:)))
    }
}
