import GRDB
package import Records
import StorageTime

/// A task's rows of one source from one host: what is covered, counted and listed together.
package struct Series: Sendable, Hashable {
    package var task: String
    package var source: RowSource
    package var host: String
    /// The task's name, as last seen; empty where it is not known.
    package var name: String

    package init(task: String, source: RowSource, host: String, name: String = "") {
        self.task = task
        self.source = source
        self.host = host
        self.name = name
    }
}

enum SeriesKey {
    /// The key of a series, made if missing.
    static func make(_ database: Database, task: String, source: RowSource, host: String) throws -> Int64 {
        let arguments: StatementArguments = [task, source.rawValue, host]
        try database.cachedStatement(
            sql: "INSERT INTO series (task, source, host, name) VALUES (?, ?, ?, '') ON CONFLICT DO NOTHING"
        ).execute(arguments: arguments)
        let key = try Int64.fetchOne(
            database.cachedStatement(sql: "SELECT key FROM series WHERE task = ? AND source = ? AND host = ?"),
            arguments: arguments)
        guard let key else { throw CatalogError(.failed, "the task \(task) is not in the catalog") }
        return key
    }

    /// A series, its key, and how many transactions wrote or removed snapshots of it.
    typealias Found = (key: Int64, series: Series, changed: Int)

    /// The series that have snapshots, or had some that are damaged, of some tasks or of all, ordered by task, source
    /// and host.
    ///
    /// - Parameter memory: what an earlier call on this catalog found, where nothing was written since.
    static func fetch(
        _ database: Database, tasks: [String]?, source: RowSource?, remembering memory: StatusMemory? = nil
    ) throws -> [Found] {
        let wanted = tasks.map(Set.init)
        if let memory {
            let all = try memory.series(at: SnapshotCatalog.Stamp(database)) {
                try fetch(database, tasks: nil, source: nil)
            }
            return all.filter {
                wanted?.contains($0.series.task) ?? true && source ?? $0.series.source == $0.series.source
            }
        }
        let one = wanted?.count == 1 ? wanted?.first : nil
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT key, task, source, host, name, changed FROM series
                WHERE \(one == nil ? "" : "task = ? AND") (
                    EXISTS (SELECT 1 FROM windows WHERE windows.series = series.key)
                    OR EXISTS (SELECT 1 FROM snapshots WHERE snapshots.series = series.key AND from_s IS NULL)
                    OR EXISTS (SELECT 1 FROM damages WHERE damages.task = series.task
                        AND damages.source = series.source AND damages.host = series.host))
                ORDER BY task, source, host
                """, arguments: one == nil ? [] : [one])
        var found: [Found] = []
        while let row = try rows.next() {
            let name = try row.text(2)
            guard let itsSource = RowSource(rawValue: name) else {
                throw CatalogError(.corrupt, "the catalog holds the source '\(name)', which is none")
            }
            let series = Series(
                task: try row.text(1), source: itsSource, host: try row.text(3), name: try row.text(4))
            if wanted?.contains(series.task) ?? true, source == nil || source == itsSource {
                found.append((Int64(try row.integer(0)), series, try row.integer(5)))
            }
        }
        return found
    }
}

extension SnapshotCatalog {
    /// What the vault holds snapshots of, ordered by task, source and host.
    package func series(
        tasks: [String]? = nil, source: RowSource? = nil, remembering memory: StatusMemory? = nil
    ) throws(CatalogError) -> [Series] {
        try read { try SeriesKey.fetch($0, tasks: tasks, source: source, remembering: memory).map(\.series) }
    }
}
