import Archive
import Foundation
import RowJSON
import TestSupport
import Testing

@testable import Restore

@Suite struct SQLiteFileTests {
    private let folder: TemporaryFolder
    private let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.path + "/rows.db"
    }

    private func restore(
        _ vault: Fixture, _ snapshots: [StoredSnapshot], _ options: RestoreOptions? = nil, task: String = "weather"
    ) async throws -> RestoreReceipt {
        let database = try SQLiteFile(path: path)
        do {
            let receipt = try await add(vault, snapshots, options, to: database, task: task)
            #expect(try database.finish() == DiskFiles().status(path)?.size)
            return receipt
        } catch {
            database.abandon()
            throw error
        }
    }

    private func add(
        _ vault: Fixture, _ snapshots: [StoredSnapshot], _ options: RestoreOptions?, to database: SQLiteFile,
        task: String
    ) async throws -> RestoreReceipt {
        let options = try options ?? RestoreOptions(format: .sqlite)
        let plan = try RestorePlan(RestoreRequest(task: task, vault: vault.layout.root), snapshots: snapshots)
        let columns = try options.columnNames(of: plan)
        return try await Restorer(files: vault.files).restore(plan, options) { _ in
            try database.table(of: task, columns: columns)
        }
    }

    @Test func everyValueComesBackAsItsText() async throws {
        let vault = try Fixture()
        let rows = [
            #"{"a":"x","b \"q\"":1.50,"c":null}"#, #"{"c":"","a":"\u00e9\ud83d\ude00\n"}"#,
            #"{"a":true,"b \"q\"":{"k":[1, 2]},"c":"\ud800"}"#, #"{"a":"NULL","c":"a\u0000b"}"#, "{}",
        ]
        let snapshots = [try vault.publish([rows], Fixture.day(1)), try vault.publish([], Fixture.day(2))]
        let receipt = try await restore(vault, snapshots)
        #expect(receipt.rowsOut == 5)
        #expect(receipt.repairs.loneSurrogates == 1)
        #expect(receipt.repairs.nuls == 1)
        let reader = SQLiteReader(path)
        #expect(
            try reader.rows(#"SELECT a, "b ""q""", c FROM weather ORDER BY rowid"#) == [
                ["x", "1.50", nil], ["é😀\n", nil, ""], ["true", #"{"k":[1, 2]}"#, "\u{FFFD}"], ["NULL", nil, "a\0b"],
                [nil, nil, nil],
            ])
        #expect(
            try reader.rows("SELECT DISTINCT typeof(a), _window_from, _window_to FROM weather ORDER BY 1")
                == [
                    ["null", "2013-01-01 00:00:00", "2013-01-02 00:00:00"],
                    ["text", "2013-01-01 00:00:00", "2013-01-02 00:00:00"],
                ])
        #expect(try reader.rows("PRAGMA integrity_check") == [["ok"]])
        #expect(
            try reader.rows("EXPLAIN QUERY PLAN SELECT * FROM weather WHERE _window_from >= '2013'")[0].last??
                .contains("weather_window") == true)
        #expect(folder.allFiles() == ["rows.db"])
    }

    @Test func optionsHoldForDatabasesToo() async throws {
        let vault = try Fixture()
        let snapshots = try (1...2).map {
            try vault.publish([[#"{"a":"1","b":"2"}"#, #"{"a":"3"}"#]], Fixture.day($0))
        }
        let options = try RestoreOptions(
            format: .sqlite, columns: ["y", "_archive"], renames: ["a=y"], addsWindow: true,
            rules: RowRules(conditions: ["b="], dedupe: .init()))
        let receipt = try await restore(vault, snapshots, options)
        #expect(receipt.columns == ["y", "_archive"])
        let rows = try SQLiteReader(path).rows("SELECT * FROM weather")
        #expect(rows.count == 1)
        #expect(rows[0][0] == "3")
        #expect(rows[0][1]?.hasSuffix("20130101T000000_20130102T000000.r1.ndjson.gz") == true)
    }

    @Test func aTableATaskWhateverTheirNames() async throws {
        let vault = try Fixture()
        let snapshot = try vault.publish([[#"{"a":"1"}"#]], Fixture.day(1))
        let database = try SQLiteFile(path: path)
        for task in ["a\"b", "a\"\u{301}b", "sqlite_x", "t", "t_window", "select"] {
            _ = try await add(vault, [snapshot], nil, to: database, task: task)
        }
        _ = try database.finish()
        let tables = try SQLiteReader(path).rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid")
        #expect(tables == [["a\"b"], ["a\"\u{301}b"], ["task_sqlite_x"], ["t"], ["t_window"], ["select"]])
        #expect(try SQLiteReader(path).rows("SELECT count(*) FROM sqlite_master WHERE type = 'index'") == [["6"]])
    }

    @Test func whatWasThereStaysUntilTheNewOneIsWhole() async throws {
        let vault = try Fixture()
        let snapshot = try vault.publish([[#"{"a":"1"}"#]], Fixture.day(1))
        try Data("old".utf8).write(to: URL(fileURLWithPath: path))
        let database = try SQLiteFile(path: path)
        _ = try await add(vault, [snapshot], nil, to: database, task: "t")
        database.abandon()
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
        #expect(folder.allFiles() == ["rows.db"])
        _ = try await restore(vault, [snapshot])
        #expect(try SQLiteReader(path).rows("SELECT a FROM weather") == [["1"]])
    }

    @Test(arguments: [
        (["Name", "name"], "for one"), (["a\0b"], "NUL"), ((0..<3000).map { "c\($0)" }, "at most"),
    ])
    func columnsThatSQLiteCannotHaveAreAnErrorWithAHint(columns: [String], said: String) throws {
        let database = try SQLiteFile(path: path)
        defer { database.abandon() }
        let error = #expect(throws: RestoreError.self) { try database.table(of: "t", columns: columns) }
        #expect(error?.code == .badColumn)
        #expect(error?.message.contains(said) == true)
        #expect(error?.hint != nil)
    }

    @Test func aDatabaseThatSeemsOpenIsNotReplaced() throws {
        try Data("old".utf8).write(to: URL(fileURLWithPath: path))
        try Data("log".utf8).write(to: URL(fileURLWithPath: path + "-wal"))
        let error = #expect(throws: RestoreError.self) { try SQLiteFile(path: path) }
        #expect(error?.code == .cannotWrite)
        #expect(error?.message.contains("rows.db-wal") == true)
    }

    @Test(arguments: ["/no/such/folder/rows.db", "/dev/null", "/"])
    func aPathThatCannotBeWrittenIsNamed(path: String) {
        let error = #expect(throws: RestoreError.self) { try SQLiteFile(path: path) }
        #expect(error?.code == .cannotWrite)
        #expect(error?.message.contains(path) == true)
    }

    @Test func aDatabaseCannotBeCompressedOrGuarded() {
        for (gzip, excel) in [(true, false), (false, true)] {
            let error = #expect(throws: RestoreError.self) {
                try RestoreOptions(format: .sqlite, excel: excel, gzip: gzip)
            }
            #expect(error?.code == .badOption)
        }
    }
}
