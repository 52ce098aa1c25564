import Foundation
import GRDB
import Records
import StorageTime
import TestSupport
import Testing

@testable import Catalog

/// A catalog whose columns hold what this program never writes: every call answers or fails, and none ends the process.
@Suite struct HostileCatalogTests {
    /// What is put into a column, as SQL.
    static let values = [
        "NULL", "'text'", "''", "x'00ff'", "9223372036854775807", "-9223372036854775808", "1e300", "-1", "9e999",
        "1000000000000001", "253402300800", "'9223372036854775807'", "0.5",
    ]

    static let tables = [
        "folders", "column_lists", "snapshots", "windows", "series", "rechecks", "verifications", "runs", "state",
        "members", "damages", "learned", "counters", "failed_notices", "copies", "copied", "home",
    ]

    @Test func everyTableIsTried() throws {
        let scratch = try Scratch()
        try scratch.open().close()
        let queue = try DatabaseQueue(path: scratch.file)
        let found = try queue.read {
            try String.fetchAll(
                $0, sql: "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'sqlite_*'")
        }
        #expect(Set(found).subtracting(["grdb_migrations"]) == Set(Self.tables))
    }

    @Test(arguments: Sampling.quick(3, of: tables)) func anyValueInAnyColumnIsReadOrRefused(table: String) throws {
        let columns = try Self.columns(of: table)
        try #require(!columns.isEmpty)
        let pairs = Sampling.pairs(columns, Self.values)
        for (column, value) in Sampling.some(3, of: pairs, draw: UInt64(table.utf8.count)) {
            let scratch = try Scratch()
            guard try Self.craft(scratch, "UPDATE OR IGNORE \(table) SET \(column) = \(value)") else { continue }
            try Self.callAll(scratch, "\(table).\(column) = \(value)")
        }
    }

    @Test func sumsOfTheLargestCountsAreHeld() throws {
        let scratch = try Scratch()
        let most = 1_000_000_000_000_000
        do {
            let catalog = try scratch.open()
            var records: [SnapshotRecord] = []
            for hour in 0..<9300 {
                let window = try hours(hour, hour + 1)
                records.append(snapshot(window, state: .pruned, rows: most, bytes: most, kept: 0))
                records.append(
                    snapshot(nil, source: .all, rows: most, bytes: most, name: "_c\(hour).manifest.json"))
            }
            try catalog.apply(change(records))
            try catalog.close()
        }
        let catalog = try scratch.open()
        let statuses = try catalog.status()
        try catalog.close()
        if !Sampling.isQuick { try Self.callAll(scratch, "sums") }
        #expect(statuses.map(\.rows) == [1_000_000_000_000_000_000, 0])
        #expect(statuses.map(\.bytes) == [1_000_000_000_000_000_000, .max])
    }

    @Test func aJobNameThatIsNoTextEndsTheHistoryInsteadOfRepeatingIt() throws {
        let scratch = try Scratch()
        try Self.craft(scratch, "UPDATE runs SET job = x'ff'")
        let catalog = try scratch.open()
        _ = try? catalog.jobHistories()
    }

    /// A catalog with a row in each table, without its constraints, changed by `sql`.
    ///
    /// - Returns: false where SQLite keeps the value out of any database: a rowid is a whole number.
    @discardableResult
    private static func craft(_ scratch: Scratch, _ sql: String) throws -> Bool {
        let catalog = try scratch.open()
        try fill(catalog)
        try catalog.close()
        try unbind(scratch.file)
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        let queue = try DatabaseQueue(path: scratch.file, configuration: configuration)
        defer { try? queue.close() }
        do {
            try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
            return true
        } catch let error as DatabaseError where error.resultCode == .SQLITE_MISMATCH {
            return false
        }
    }

    /// Takes the constraints off, so that a column takes anything.
    private static func unbind(_ file: String) throws {
        let queue = try DatabaseQueue(path: file)
        try queue.writeWithoutTransaction { database in
            let version = try Int.fetchOne(database, sql: "PRAGMA schema_version") ?? 0
            try database.execute(
                sql: """
                    PRAGMA writable_schema = ON;
                    UPDATE sqlite_schema SET sql = replace(replace(replace(sql, 'STRICT, WITHOUT', 'WITHOUT'), 'STRICT', ''),
                        ' NOT NULL', '') WHERE type = 'table';
                    UPDATE sqlite_schema SET sql = replace(sql, 'CHECK (', 'CHECK (1 OR ') WHERE type = 'table';
                    PRAGMA schema_version = \(version + 1);
                    PRAGMA writable_schema = OFF;
                    """)
        }
        try queue.close()
    }

    private static func columns(of table: String) throws -> [String] { try columns.get()[table] ?? [] }

    private static let columns = Result { () -> [String: [String]] in
        let scratch = try Scratch()
        try scratch.open().close()
        let queue = try DatabaseQueue(path: scratch.file)
        return try queue.read { database in
            try tables.reduce(into: [:]) { columns, table in
                columns[table] = try String.fetchAll(
                    database, sql: "SELECT name FROM pragma_table_info('\(table)')")
            }
        }
    }

    private static func fill(_ catalog: SnapshotCatalog) throws {
        try catalog.rebuild { _ in }
        var day = snapshot(try hours(24, 48), rows: 4)
        day.parts = try [
            WindowFacts(window: hours(24, 30), state: .sealed, capturedAt: testNow, rows: 4),
            WindowFacts(window: hours(30, 48), state: .empty, capturedAt: testNow),
        ]
        let first = snapshot(try hours(0, 1))
        let capture = snapshot(nil, source: .all)
        try catalog.apply(change([first, day, capture]))
        try catalog.record([
            RecheckRecord(task: "t", source: .storageTime, host: "h", range: hours(0, 1), countedAt: testNow, total: 10)
        ])
        try catalog.record([
            VerificationRecord(
                path: first.path, archiveSHA256: first.archiveSHA256 ?? "", verifiedAt: testNow, isDeep: true)
        ])
        try catalog.record([
            DamageRecord(
                path: day.path, task: "t", source: .storageTime, window: hours(24, 48),
                archiveSHA256: day.archiveSHA256,
                code: "archive-sha256", foundAt: testNow)
        ])
        try catalog.record(members: [("t", "Task")], of: "job", at: testNow)
        var learned = LearnedRecord()
        (learned.startHeededAt, learned.doubt, learned.windowsLeft) = (testNow, 1, 8)
        try catalog.record(learned, of: "t", host: "h")
        try catalog.add(to: .missedFirings, of: "job")
        try catalog.record(notice)
        try catalog.record(copied: [(first.path, first.manifestSHA256)], in: "copy")
        try catalog.recordPush(to: "copy", at: testNow, error: "no space")
        _ = try catalog.note(home: CatalogHome(path: "/vault", madeAt: "2026"), insteadOf: nil)
        var run = RunRecord(job: "job", scheduledAt: testNow, startedAt: testNow)
        run.finishedAt = testNow
        run.outcome = "done"
        try catalog.record(run)
        try catalog.record(RunRecord(job: "other", scheduledAt: testNow, startedAt: testNow))
    }

    private static let notice = FailedNotice(
        job: "job", target: "ntfy", event: "failed", message: "m", reason: "r", firstFailedAt: testNow,
        lastFailedAt: testNow)

    /// Calls all that reads. What is thrown has to be a ``CatalogError``.
    private static func callAll(_ scratch: Scratch, _ what: String) throws {
        let catalog: SnapshotCatalog
        do { catalog = try scratch.open() } catch { return }
        let closing = ClosingTable(
            clock: StorageClock(timeZone: .gmt), settle: Seconds(0), instants: testNow...testNow)
        let calls: [() throws -> Void] = [
            { _ = try catalog.status() }, { _ = try catalog.status(closing: closing) }, { _ = try catalog.series() },
            { _ = try catalog.snapshots() }, { _ = try catalog.snapshots(in: hours(0, 100)) },
            { _ = try catalog.windows(of: "t", source: .storageTime, host: "h") },
            { _ = try catalog.rechecks(of: "t", source: .storageTime, host: "h") }, { _ = try catalog.damages() },
            { _ = try catalog.verifications(below: "vault_source=storage-time", since: .distantPast) },
            { _ = try catalog.runs(limit: 100) }, { _ = try catalog.runs(of: "job", limit: 100) },
            { _ = try catalog.jobHistories() }, { _ = try catalog.history(of: "job") },
            { _ = try catalog.learned(of: "t", host: "h") }, { _ = try catalog.members(of: "job") },
            { _ = try catalog.historySince() }, { _ = try catalog.counters() },
            { _ = try catalog.failedNotices() }, { _ = try catalog.failedNotices(of: "job") },
            { _ = try catalog.copies() }, { _ = try catalog.snapshotsBehind("copy") },
            { _ = try catalog.copied(to: "copy", below: "vault_source=storage-time") },
            { try catalog.forEachSnapshotBehind("copy", tasks: nil) { _ in } }, { _ = try catalog.home() },
            { _ = try catalog.isBuilt() }, { _ = try catalog.growth(since: .distantPast, now: testNow) },
            { _ = try catalog.oldestAgeWithRows(of: "t", source: .storageTime, host: "h") },
            { _ = try catalog.folders(below: "vault_source=storage-time") },
            { _ = try catalog.findInconsistencies() }, { _ = try catalog.findDamagedHistories() },
            {
                for folder in try catalog.folders(below: "vault_source=storage-time").keys {
                    _ = try catalog.snapshots(inFolder: folder)
                }
            },
            { try catalog.record(members: [("t", "Task"), ("u", "")], of: "job", at: testNow) },
            {
                var run = RunRecord(job: "job", scheduledAt: testNow, startedAt: testNow)
                run.outcome = "done"
                run.finishedAt = testNow
                try catalog.recordEnd(run, keeping: 1)
            },
            { try catalog.add(to: .missedFirings, of: "job") }, { try catalog.record(notice) },
            { try catalog.recordPush(to: "copy", at: testNow, error: nil) },
            { _ = try catalog.note(home: CatalogHome(path: "/other", madeAt: nil), insteadOf: nil) },
            { try catalog.apply(change([snapshot(try hours(0, 1)), snapshot(try hours(60, 61))])) },
            { try catalog.rebuild { _ in } },
        ]
        for (index, call) in calls.enumerated() {
            do { try call() } catch let error as CatalogError {
                #expect(
                    error.code != .failed || error.message.contains("constraint"), "\(what), call \(index): \(error)")
            } catch {
                Issue.record("\(what), call \(index): \(error)")
            }
        }
        try? catalog.close()
    }
}
