import Archive
import RowJSON
import StorageTime
import TestSupport
import Testing

@testable import Restore

/// Columns whatever their names can be chosen, compared, filtered and renamed.
@Suite struct ColumnNamesTests {
    private static let all = ["a", "b", "a,b", "", "\"q\"", "x=y", "say \"hi\"", "c!"]

    @Test(arguments: [
        ("a,b", ["a", "b"]), ("\"a,b\"", ["a,b"]), ("\"a,b\",a", ["a,b", "a"]), ("", [""]), ("\"\"", [""]),
        ("a,", ["a", ""]),
        ("a,\"\",b", ["a", "", "b"]), ("\"q\"", ["\"q\""]), ("\"\"\"q\"\"\"", ["\"q\""]), ("a,\"q\"", ["a", "\"q\""]),
        ("say \"hi\"", ["say \"hi\""]), ("\"say \"\"hi\"\"\",\"x=y\"", ["say \"hi\"", "x=y"]), ("\"a\"", ["a"]),
    ])
    func aListNamesTheColumnsMeant(list: String, names: [String]) throws {
        #expect(try ColumnChoice(all: Self.all, asked: ColumnNames(list: list)).names == names)
    }

    @Test func aNameWithACommaNeedsNoQuotesWhereItsPartsAreNoColumns() throws {
        #expect(try ColumnChoice(all: ["p,q", "r"], asked: ColumnNames(list: "p,q")).names == ["p,q"])
    }

    @Test(arguments: [("zz,a", "zz"), ("\"z,z\",a", "z,z"), ("\"zz,a", "\"zz"), ("\"a\"x", "\"a\"x")])
    func whatIsNoColumnIsNamed(list: String, name: String) {
        let error = #expect(throws: RestoreError.self) {
            try ColumnChoice(all: ["a", "b"], asked: ColumnNames(list: list))
        }
        #expect(error?.message == "no row has a column '\(name)'")
    }

    @Test(arguments: [
        ("a=1", "1"), ("\"\"=4", "4"), ("\"a,b\"=3", "3"), ("a,b=3", "3"), ("\"q\"=5", "5"), ("\"\"\"q\"\"\"=5", "5"),
        ("\"x=y\"=6", "6"), ("x=y=6", "6"), ("\"\"!=", "4"), ("\"c!\"=8", "8"), ("\"a\"!=", "1"),
    ])
    func aConditionNamesTheColumnMeant(condition: String, value: String) async throws {
        let vault = try Fixture()
        let rows = Self.all.enumerated().map { place, name in
            "{\"\(name.replacing("\"", with: "\\\""))\":\"\(place + 1)\",\"n\":\(place + 1)}"
        }
        let snapshot = try vault.publish([rows], Fixture.day(1))
        let options = try RestoreOptions(columns: ["n"], rules: RowRules(conditions: [condition]))
        #expect(try await vault.restore([snapshot], options).text == "n\n\(value)\n")
    }

    @Test func columnsInQuotesAreComparedAndRenamed() async throws {
        let vault = try Fixture()
        let rows = [#"{"":"1","a,b":"x"}"#, #"{"":"1","a,b":"y"}"#, #"{"":"2","a,b":"x"}"#]
        let snapshot = try vault.publish([rows], Fixture.day(1))
        let dedupe = try RestoreOptions(rules: RowRules(dedupe: .init(columns: ColumnNames(list: "\"\""))))
        let (text, receipt) = try await vault.restore([snapshot], dedupe)
        #expect(text == "\"\",\"a,b\"\n1,x\n2,x\n")
        #expect(String(decoding: receipt.encoded(), as: UTF8.self).contains(#""dedupe_by":[""]"#))
        let renamed = try RestoreOptions(renames: ["\"\"=n", "\"a,b\"=ab"])
        #expect(try await vault.restore([snapshot], renamed).text == "n,ab\n1,x\n1,y\n2,x\n")
    }
}

/// What SQLite takes for one name.
@Suite struct SQLiteNameTests {
    @Test(arguments: [
        (["Name", "name"], ["Name", "name_2"]), (["a", "A", "a_2", "A_2"], ["a", "A_3", "a_2", "A_2_2"]),
        (["é", "É"], ["é", "É"]), (["_Window_From", "x"], ["_Window_From_2", "x"]),
    ])
    func columnsThatDifferInCaseGetANumber(keys: [String], names: [String]) throws {
        let choice = try ColumnChoice(
            keys: keys.map { .init($0) }, asked: nil, window: ["_window_from"], foldsCase: true)
        #expect(choice.names == names + ["_window_from"])
        let folded = Set(choice.names.map { $0.lowercased() })
        #expect(folded.count + (keys == ["é", "É"] ? 1 : 0) == choice.names.count)
    }

    @Test func aColumnIsChosenByTheNameThatRowsHave() throws {
        let choice = try ColumnChoice(
            keys: ["Name", "name"].map { .init($0) }, asked: ["name"], window: [], foldsCase: true)
        #expect(choice.names == ["name"])
    }

    @Test(arguments: [
        ["sqlite_a", "task_sqlite_a"], ["task_sqlite_a", "sqlite_a"], ["SQLITE_a", "task_sqlite_A", "sqlite_A"],
        ["t", "T", "t_"], ["t_window", "t", "T_WINDOW"],
    ])
    func everyTaskHasATableOfItsOwn(tasks: [String]) throws {
        let folder = try TemporaryFolder()
        for known in [[], tasks] {
            let path = folder.path + "/\(known.count).db"
            let database = try SQLiteFile(path: path, tasks: known)
            for task in tasks {
                let table = try database.table(of: task, columns: ["_window_from", "a"])
                try table.write(all: Array(repeating: 0xFF, count: 8))
            }
            _ = try database.finish()
            let tables = try SQLiteReader(path).rows("SELECT lower(name) FROM sqlite_master WHERE type = 'table'")
            #expect(Set(tables.map { $0[0] }).count == tasks.count)
        }
        let names = tasks.filter { !$0.lowercased().hasPrefix("sqlite_") }.prefix(1)
        let tables = try SQLiteReader(folder.path + "/\(tasks.count).db").rows("SELECT name FROM sqlite_master")
        for name in names { #expect(tables.contains([name])) }
    }
}
