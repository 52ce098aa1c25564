import Testing

@testable import Restore

@Suite struct ColumnChoiceTests {
    @Test func withoutAChoiceAllColumnsComeInTheirOrder() throws {
        #expect(try ColumnChoice(all: ["b", "a", "é"], asked: nil).names == ["b", "a", "é"])
    }

    @Test func theChoiceSetsTheOrder() throws {
        #expect(try ColumnChoice(all: ["a", "b", "c"], asked: ["c", "a"]).names == ["c", "a"])
        #expect(try ColumnChoice(all: ["a"], asked: []).names == [])
    }

    @Test(arguments: [
        (["price", "title", "url"], "prise", "price"), (["price", "title", "url"], "Titel", "title"),
        (["first name", "last name"], "last_name", "last name"),
    ])
    func anUnknownColumnIsNamedWithTheNearest(all: [String], asked: String, nearest: String) {
        let error = #expect(throws: RestoreError.self) { try ColumnChoice(all: all, asked: [asked]) }
        #expect(error?.code == .badColumn)
        #expect(error?.message == "no row has a column '\(asked)'")
        #expect(error?.hint?.hasPrefix("did you mean '\(nearest)'?") == true)
    }

    @Test func aColumnAskedForTwiceIsAnError() {
        let error = #expect(throws: RestoreError.self) { try ColumnChoice(all: ["a"], asked: ["a", "a"]) }
        #expect(error?.message == "column 'a' is asked for twice")
    }
}
