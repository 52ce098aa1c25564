import TestSupport
import Testing

@testable import Restore

@Suite struct RenameTests {
    @Test(arguments: [
        (["a=x"], ["x", "b", "c=d"]), (["a=b", "b=a"], ["b", "a", "c=d"]), (["c=d=e"], ["a", "b", "e"]),
        (["a=x=y"], ["x=y", "b", "c=d"]), (["a=a"], ["a", "b", "c=d"]),
        (["a=é", "b=e\u{301}"], ["é", "e\u{301}", "c=d"]),
    ])
    func columnsAreCalledByTheirNewNames(renames: [String], names: [String]) throws {
        let choice = try ColumnChoice(all: ["a", "b", "c=d"], asked: nil, renames: renames)
        #expect(choice.names.map { Array($0.utf8) } == names.map { Array($0.utf8) })
    }

    @Test(arguments: [
        (["x=y"], "no row has a column 'x'"), (["a=b"], "two columns would be called 'b'"),
        (["a=x", "b=x"], "two columns would be called 'x'"), (["a=x", "a=y"], "column 'a' is renamed twice"),
        (["a="], "column 'a' gets an empty name"),
    ])
    func whatCannotBeIsAnErrorWithAHint(renames: [String], message: String) {
        let error = #expect(throws: RestoreError.self) {
            try ColumnChoice(all: ["a", "b"], asked: nil, renames: renames)
        }
        #expect(error?.code == .badColumn)
        #expect(error?.message == message)
    }

    @Test(arguments: ["", "a", "=a"])
    func whatIsNoRenameIsABadOption(text: String) {
        let error = #expect(throws: RestoreError.self) { try RestoreOptions(renames: [text]) }
        #expect(error?.code == .badOption)
        #expect(error?.hint != nil)
    }

    @Test(
        arguments: [
            (RestoreFormat.csv, nil, "b,y\n2,1\n,3\n"), (.csv, ["y"], "y\n1\n3\n"),
            (.ndjson, nil, "{\"b\":\"2\",\"y\":\"1\"}\n{\"y\":\"3\"}\n"),
            (.ndjson, ["y"], "{\"y\":\"1\"}\n{\"y\":\"3\"}\n"),
            (.json, nil, "[\n{\"b\":\"2\",\"y\":\"1\"},\n{\"y\":\"3\"}\n]\n"), (.tsv, ["y", "b"], "y\tb\n1\t2\n3\t\n"),
        ] as [(RestoreFormat, [String]?, String)])
    func everyFormatAndEveryOtherOptionGoesByTheNewNames(
        format: RestoreFormat, columns: [String]?, text: String
    ) async throws {
        let vault = try Fixture()
        let rows = [#"{"b":"2","a":"1"}"#, #"{"b":"9","a":"0"}"#, #"{"a":"3"}"#, #"{"a":"3","b":null}"#]
        let options = try RestoreOptions(
            format: format, columns: columns.map { ColumnNames($0) }, renames: ["a=y"],
            rules: RowRules(conditions: ["y!=0"], dedupe: .init(columns: ["y"])))
        #expect(try await vault.restore([try vault.publish([rows], Fixture.day(1))], options).text == text)
    }

    @Test func theOldNameIsUnknownAfterwardsAndTheNewOneIsTold() {
        let error = #expect(throws: RestoreError.self) {
            try ColumnChoice(all: ["price"], asked: ["price"], renames: ["price=cost"])
        }
        #expect(error?.code == .badColumn)
        #expect(error?.hint?.contains("write 'cost'") == true)
    }

    @Test func yearsOfDriftGiveTheUnionInFirstSeenOrder() async throws {
        let vault = try Fixture()
        let snapshots = [
            try vault.publish([[#"{"title":"A","prix":"1"}"#]], Fixture.day(1)),
            try vault.publish(
                [[#"{"title":"B","price":"2","stock":0}"#, #"{"stock":"","title":"C"}"#]], Fixture.day(2)),
            try vault.publish([[#"{"url":"u","title":"D","stock":null}"#]], Fixture.day(3)),
        ]
        let options = try RestoreOptions(renames: ["prix=old_price"], rules: RowRules(conditions: ["stock="]))
        let (text, receipt) = try await vault.restore(snapshots, options)
        #expect(text == "title,old_price,price,stock,url\nA,1,,,\nC,,,\"\",\nD,,,,u\n")
        #expect(receipt.columns == ["title", "old_price", "price", "stock", "url"])
        #expect(receipt.rowsFiltered == 1)
    }
}
