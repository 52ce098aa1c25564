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

    package init() {}
}

extension SnapshotCatalog {
    /// Writes down what was learnt of a task's server, in the place of what was known.
    package func record(_ learned: LearnedRecord, of task: String, host: String) throws(CatalogError) {
        try write { database in
            try database.execute(
                sql: """
                    INSERT OR REPLACE INTO learned
                        (task, host, start_heeded_at, end_heeded_at, doubt, windows_left, untried)
                    VALUES (?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    task, host, learned.startHeededAt?.unix, learned.endHeededAt?.unix, learned.doubt,
                    learned.windowsLeft, learned.isUntried ? 1 : 0,
                ])
        }
    }

    /// What was learnt of a task's server; nil where nothing was yet.
    package func learned(of task: String, host: String) throws(CatalogError) -> LearnedRecord? {
        try read { database in
            try Row.fetchOne(
                database,
                sql: """
                    SELECT start_heeded_at, end_heeded_at, doubt, windows_left, untried FROM learned
                    WHERE task = ? AND host = ?
                    """, arguments: [task, host]
            ).map { row in
                var learned = LearnedRecord()
                learned.startHeededAt = try row.optionalDate(0)
                learned.endHeededAt = try row.optionalDate(1)
                learned.doubt = try row.count(2)
                learned.windowsLeft = try row.count(3)
                learned.isUntried = try row.integer(4) != 0
                return learned
            }
        }
    }
}
