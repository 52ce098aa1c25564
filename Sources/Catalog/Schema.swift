// The catalog's tables. Times on the storage axis are seconds since 0001-01-01 00:00:00, instants are seconds since
// 1970.
//
// series        a task, a source and a host; kept for good, since histories refer to it. `changed` counts the
//               transactions that wrote or removed snapshots of it, so that who has read it knows whether to read again
// folders       the folders that hold manifests, with the modification time at which they were indexed (nanoseconds
//               since 1970; NULL: to be indexed again)
// column_lists  distinct lists of columns, as JSON arrays: neighbouring snapshots share theirs
// snapshots     one row a manifest; from_s and to_s are NULL for captures
// windows       one row a covered window, clustered by series and start, so that coverage and status are range scans;
//               narrower than a snapshot, and there are several of them where a snapshot is compacted
// rechecks      the latest count of a range of a series
// verifications when an archive was last read back, by manifest path
// damages       snapshots found damaged, by manifest path; their windows count as missing
// copies        the copies of the vault elsewhere, and when each was last brought up to date
// copied        the manifests that a copy was seen to hold, by their checksums
// runs          firings of jobs; like counts and members, what manifests cannot tell again
// members       the tasks that the API listed for a job; gone_at is NULL while it lists them
// counters      what a job came to since the catalog was made, by name: runs by outcome, firings missed, notices failed
// failed_notices  what a job could not tell somebody, the latest for each of those who are told; tried again
// edge_only, of snapshots and windows, is 1 where the window was taken for the rows at its end alone
// home          at most one row: the vault that the index is of, where it lies outside of it
// learned       what was learnt of a task's server: when it was seen to heed bounds, how far it is believed, and how
//               many rows the hours of the week hold
// state         one row: whether the index was filled from the manifests, and since when the history is kept
import GRDB

enum Schema {
    /// - Parameter now: seconds since 1970, from when the history counts in a file made now.
    static func migrator(now: Int) -> DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { database in
            try database.execute(sql: series + history)
            try database.execute(sql: index)
            try database.execute(
                sql: "INSERT INTO state (key, is_built, history_since) VALUES (1, 0, ?)", arguments: [now])
        }
        migrator.registerMigration("2") { try $0.execute(sql: members) }
        migrator.registerMigration("3") { try $0.execute(sql: damages) }
        migrator.registerMigration("notices") { database in
            try database.execute(sql: notices)
            // What was counted before there were counters is what the history still holds.
            try database.execute(
                sql: """
                    INSERT INTO counters (job, name, value)
                    SELECT job, 'runs.' || outcome, count(*) FROM runs WHERE finished_at IS NOT NULL GROUP BY job, outcome
                    """)
        }
        migrator.registerMigration("copies") { try $0.execute(sql: copies) }
        migrator.registerMigration("edge-only") { database in
            for table in ["snapshots", "windows"]
            where try !database.columns(in: table).contains(where: { $0.name == "edge_only" }) {
                try database.execute(sql: "ALTER TABLE \(table) ADD COLUMN edge_only INTEGER NOT NULL DEFAULT 0")
            }
        }
        migrator.registerMigration("series-changed") { database in
            try database.execute(sql: "ALTER TABLE series ADD COLUMN changed INTEGER NOT NULL DEFAULT 0")
            try database.execute(sql: changes)
        }
        migrator.registerMigration("home") { database in
            try database.execute(
                sql: """
                    CREATE TABLE home (key INTEGER PRIMARY KEY CHECK (key = 1), path TEXT NOT NULL, made_at TEXT) STRICT
                    """)
        }
        migrator.registerMigration("learned") { try $0.execute(sql: learned) }
        return migrator
    }

    /// The count after one more; whatever a damaged file holds there, it stays a whole number.
    static let nextChange = "(changed + 1) & 0xFFFFFFFFFFFF"

    /// Counts what is removed; what is written is counted where it is written, once a transaction.
    private static let changes = """
        CREATE TRIGGER series_change_with_their_snapshots AFTER DELETE ON snapshots BEGIN
            UPDATE series SET changed = \(nextChange) WHERE key = OLD.series;
        END;
        """

    private static let notices = """
        CREATE TABLE counters (
            job TEXT NOT NULL, name TEXT NOT NULL, value INTEGER NOT NULL,
            PRIMARY KEY (job, name)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE failed_notices (
            job TEXT NOT NULL, target TEXT NOT NULL, event TEXT NOT NULL, message TEXT NOT NULL, reason TEXT NOT NULL,
            attempts INTEGER NOT NULL, first_failed_at INTEGER NOT NULL, last_failed_at INTEGER NOT NULL,
            PRIMARY KEY (job, target)
        ) STRICT, WITHOUT ROWID;
        """

    private static let damages = """
        CREATE TABLE damages (
            path TEXT PRIMARY KEY, task TEXT NOT NULL, source TEXT NOT NULL, host TEXT, from_s INTEGER, to_s INTEGER,
            archive_sha256 TEXT, code TEXT NOT NULL, found_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        """

    private static let learned = """
        CREATE TABLE learned (
            task TEXT NOT NULL, host TEXT NOT NULL, start_heeded_at INTEGER, end_heeded_at INTEGER,
            doubt INTEGER NOT NULL, windows_left INTEGER NOT NULL, untried INTEGER NOT NULL,
            hourly_rows TEXT, hourly_rows_at INTEGER,
            PRIMARY KEY (task, host)
        ) STRICT, WITHOUT ROWID;
        ALTER TABLE runs ADD COLUMN least INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE runs ADD COLUMN wasted INTEGER NOT NULL DEFAULT 0;
        """

    private static let copies = """
        CREATE TABLE copies (
            remote TEXT PRIMARY KEY, last_success INTEGER, first_error TEXT
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE copied (
            remote TEXT NOT NULL, path TEXT NOT NULL, manifest_sha256 TEXT NOT NULL,
            PRIMARY KEY (remote, path)
        ) STRICT, WITHOUT ROWID;
        """

    /// What is made again from manifests.
    static let index = """
        CREATE TABLE folders (
            key INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, modified INTEGER
        ) STRICT;
        CREATE TABLE column_lists (
            key INTEGER PRIMARY KEY, names TEXT NOT NULL UNIQUE
        ) STRICT;
        CREATE TABLE snapshots (
            key INTEGER PRIMARY KEY,
            folder INTEGER NOT NULL REFERENCES folders ON DELETE CASCADE, name TEXT NOT NULL,
            series INTEGER NOT NULL REFERENCES series, from_s INTEGER, to_s INTEGER,
            state TEXT NOT NULL CHECK (state IN ('sealed', 'empty', 'unproven', 'pruned')),
            revision INTEGER NOT NULL, time_zone TEXT, convention TEXT NOT NULL,
            proof TEXT NOT NULL, captured_at INTEGER NOT NULL, rechecked_at INTEGER,
            total INTEGER NOT NULL, edge_rows INTEGER NOT NULL, kept INTEGER NOT NULL, rows INTEGER NOT NULL,
            bytes INTEGER NOT NULL, uncompressed_bytes INTEGER NOT NULL, rows_digest TEXT NOT NULL,
            columns INTEGER NOT NULL REFERENCES column_lists, archive TEXT, archive_sha256 TEXT,
            manifest_sha256 TEXT NOT NULL, parts INTEGER NOT NULL, edge_only INTEGER NOT NULL DEFAULT 0,
            CHECK ((from_s IS NULL) = (to_s IS NULL) AND (from_s IS NULL OR from_s < to_s)),
            UNIQUE (folder, name)
        ) STRICT;
        CREATE INDEX captures ON snapshots (series, captured_at) WHERE from_s IS NULL;
        CREATE TABLE windows (
            series INTEGER NOT NULL, from_s INTEGER NOT NULL, to_s INTEGER NOT NULL CHECK (from_s < to_s),
            state TEXT NOT NULL CHECK (state IN ('sealed', 'empty', 'unproven', 'pruned')),
            captured_at INTEGER NOT NULL, rows INTEGER NOT NULL, bytes INTEGER NOT NULL, kept INTEGER NOT NULL,
            snapshot INTEGER NOT NULL, part INTEGER NOT NULL,
            rechecked_at INTEGER, revision INTEGER NOT NULL, total INTEGER NOT NULL, edge_rows INTEGER NOT NULL,
            rows_digest TEXT NOT NULL, edge_only INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (series, from_s, snapshot, part)
        ) STRICT, WITHOUT ROWID;
        CREATE TRIGGER windows_go_with_their_snapshot AFTER DELETE ON snapshots BEGIN
            DELETE FROM windows WHERE series = OLD.series AND from_s >= OLD.from_s AND from_s < OLD.to_s
                AND snapshot = OLD.key;
        END;
        """

    /// The tables of ``index``, those that refer to others first.
    static let indexTables = ["windows", "snapshots", "column_lists", "folders"]

    /// Empties the index of a catalog that has the present format.
    static let renewIndex = indexTables.map { "DROP TABLE \($0);" }.joined() + index + changes

    private static let series = """
        CREATE TABLE series (
            key INTEGER PRIMARY KEY, task TEXT NOT NULL, source TEXT NOT NULL, host TEXT NOT NULL, name TEXT NOT NULL,
            UNIQUE (task, source, host)
        ) STRICT;
        """

    private static let history = """
        CREATE TABLE rechecks (
            series INTEGER NOT NULL REFERENCES series, from_s INTEGER NOT NULL, to_s INTEGER NOT NULL,
            counted_at INTEGER NOT NULL, total INTEGER NOT NULL,
            PRIMARY KEY (series, from_s, to_s)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE verifications (
            path TEXT PRIMARY KEY, archive_sha256 TEXT NOT NULL, verified_at INTEGER NOT NULL, deep INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE runs (
            key INTEGER PRIMARY KEY, job TEXT NOT NULL, scheduled_at INTEGER NOT NULL, started_at INTEGER NOT NULL,
            finished_at INTEGER, sealed INTEGER NOT NULL, empty INTEGER NOT NULL, unproven INTEGER NOT NULL,
            retaken INTEGER NOT NULL, counted INTEGER NOT NULL, failed INTEGER NOT NULL, rows INTEGER NOT NULL,
            bytes INTEGER NOT NULL, requests INTEGER NOT NULL, retries INTEGER NOT NULL, outcome TEXT NOT NULL,
            first_error TEXT
        ) STRICT;
        CREATE INDEX runs_of_a_job ON runs (job, started_at);
        CREATE INDEX runs_in_time ON runs (started_at);
        CREATE TABLE state (
            key INTEGER PRIMARY KEY CHECK (key = 1), is_built INTEGER NOT NULL, history_since INTEGER NOT NULL
        ) STRICT;
        """

    private static let members = """
        CREATE TABLE members (
            job TEXT NOT NULL, task TEXT NOT NULL, name TEXT NOT NULL, first_seen INTEGER NOT NULL,
            last_seen INTEGER NOT NULL, gone_at INTEGER,
            PRIMARY KEY (job, task)
        ) STRICT, WITHOUT ROWID;
        """
}
