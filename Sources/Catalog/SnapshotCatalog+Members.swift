package import Foundation
import GRDB

extension SnapshotCatalog {
    /// Writes down which tasks the API lists for a job, in one transaction. The same listing once more changes nothing
    /// but ``MemberRecord/lastSeen``.
    ///
    /// Members live in the catalog alone, like the history of runs: after it is lost, the next listing is a first one.
    ///
    /// - Parameter members: the whole listing; of a task listed twice the first counts.
    /// - Returns: what is new and what vanished against the listing before.
    @discardableResult
    package func record(
        members: [(task: String, name: String)], of job: String, at instant: Date
    ) throws(CatalogError) -> MemberChange {
        try write { database in
            let known = Dictionary(try Self.members(of: job, database).map { ($0.task, $0) }) { first, _ in first }
            var change = MemberChange()
            var listed: Set<String> = []
            for (task, name) in members where listed.insert(task).inserted {
                let before = known[task]
                let record = MemberRecord(
                    task: task, name: name, firstSeen: before?.firstSeen ?? Date(unix: instant.unix),
                    lastSeen: Date(unix: instant.unix))
                if !known.isEmpty, before == nil || before?.goneAt != nil { change.new.append(record) }
                try Self.write(record, of: job, database)
            }
            for var record in known.values.sorted(by: { $0.task < $1.task })
            where record.goneAt == nil && !listed.contains(record.task) {
                record.goneAt = Date(unix: instant.unix)
                change.vanished.append(record)
                try Self.write(record, of: job, database)
            }
            return change
        }
    }

    /// The tasks ever listed for a job, by id, those that are gone among them.
    package func members(of job: String) throws(CatalogError) -> [MemberRecord] {
        try read { try Self.members(of: job, $0) }
    }

    private static func members(of job: String, _ database: Database) throws -> [MemberRecord] {
        let rows = try Row.fetchCursor(
            database.cachedStatement(
                sql: "SELECT task, name, first_seen, last_seen, gone_at FROM members WHERE job = ? ORDER BY task"),
            arguments: [job])
        var members: [MemberRecord] = []
        while let row = try rows.next() {
            members.append(
                MemberRecord(
                    task: try row.text(0), name: try row.text(1), firstSeen: try row.date(2), lastSeen: try row.date(3),
                    goneAt: try row.optionalDate(4)))
        }
        return members
    }

    private static func write(_ record: MemberRecord, of job: String, _ database: Database) throws {
        try database.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO members (job, task, name, first_seen, last_seen, gone_at)
                VALUES (?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            job, record.task, record.name, record.firstSeen.unix, record.lastSeen.unix, record.goneAt?.unix,
        ])
    }
}
