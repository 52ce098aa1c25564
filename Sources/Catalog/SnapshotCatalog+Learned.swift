package import Foundation
import GRDB

/// What was learnt of the server that holds a task: when it was last seen to heed an interval's bounds, and how far its
/// answers are believed.
package struct LearnedRecord: Sendable, Hashable {
    /// When the server was last seen to heed an interval's start, in whole seconds; nil where it never was.
    package var startHeededAt: Date?
    /// When the server was last seen to heed an interval's end, in whole seconds; nil where it never was.
    package var endHeededAt: Date?
    /// From 0 (answers are believed) to 2 (they contradicted each other more than once).
    package var doubt = 0
    /// How many windows have to be closed without a contradiction before answers are believed again.
    package var windowsLeft = 0
    /// Whether answers are doubted for no other reason than that few were seen yet.
    package var isUntried = false
    /// How many rows an hour of the week holds, as text; nil where nothing was learnt.
    package var hourlyRows: String?
    /// When that was written down, in whole seconds.
    package var hourlyRowsAt: Date?

    package init() {}
}

extension SnapshotCatalog {
    /// Writes down what was learnt of a task's server, in the place of what was known.
    package func record(_ learned: LearnedRecord, of task: String, host: String) throws(CatalogError) {
        try write { database in
            try database.execute(
                sql: """
                    INSERT OR REPLACE INTO learned
                        (task, host, start_heeded_at, end_heeded_at, doubt, windows_left, untried, hourly_rows,
                        hourly_rows_at)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    task, host, learned.startHeededAt?.unix, learned.endHeededAt?.unix, learned.doubt,
                    learned.windowsLeft, learned.isUntried ? 1 : 0, learned.hourlyRows, learned.hourlyRowsAt?.unix,
                ])
        }
    }

    /// What was learnt of a task's server; nil where nothing was yet.
    package func learned(of task: String, host: String) throws(CatalogError) -> LearnedRecord? {
        try read { database in
            try Row.fetchOne(
                database, sql: "SELECT \(Self.learnedColumns) FROM learned WHERE task = ? AND host = ?",
                arguments: [task, host]
            ).map(LearnedRecord.init)
        }
    }

    /// What was learnt of each task's server, by task and host, in their order.
    ///
    /// - Complexity: O(*n*) in tasks.
    package func allLearned() throws(CatalogError) -> [(task: String, host: String, learned: LearnedRecord)] {
        try read { database in
            try Row.fetchAll(
                database, sql: "SELECT \(Self.learnedColumns), task, host FROM learned ORDER BY task, host"
            ).map { (task: try $0.text(7), host: try $0.text(8), learned: try LearnedRecord($0)) }
        }
    }

    /// What a ``LearnedRecord`` is read from, in this order.
    private static let learnedColumns = """
        start_heeded_at, end_heeded_at, doubt, windows_left, untried, hourly_rows, hourly_rows_at
        """
}

extension LearnedRecord {
    fileprivate init(_ row: Row) throws {
        startHeededAt = try row.optionalDate(0)
        endHeededAt = try row.optionalDate(1)
        doubt = try row.count(2)
        windowsLeft = try row.count(3)
        isUntried = try row.integer(4) != 0
        hourlyRows = try row.optionalText(5)
        hourlyRowsAt = try row.optionalDate(6)
    }
}
