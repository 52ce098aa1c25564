import RowJSON
import Testing

@Suite struct ColumnCollectorTests {
    private func columns(_ rows: [String]) throws -> [String] {
        var collector = ColumnCollector()
        for row in rows { try withBytes(row) { try collector.observe($0) } }
        return collector.names
    }

    @Test(arguments: [
        ([], []),
        (["{}"], []),
        ([#"{"b":1,"a":2}"#, #"{"b":1,"a":2}"#], ["b", "a"]),
        (
            [#"{"a":1,"b":2,"c":3}"#, #"{"b":2}"#, #"{"c":1,"a":2}"#, #"{"a":1,"d":{"e":1},"c":[{"f":2}]}"#],
            ["a", "b", "c", "d"]
        ),
        ([#"{"a":1,"\u0061":2,"a":3}"#], ["a"]),
        ([#"{"x\"y":1}"#, #"{"x\u0022y":1}"#], ["x\"y"]),
        ([#"{"":1,"é":2,"😀":3}"#, #"{"\ud83d\ude00":1,"\u00E9":2}"#], ["", "é", "😀"]),
        ([#"{"\ud800":1}"#, #"{"\udfff":1}"#], ["\u{FFFD}"]),
        (["{ \"a\" : 1 , \"b\" : 2 }", "{\"a\": 1,\n\"b\":2,\"ab\":3}"], ["a", "b", "ab"]),
    ])
    func namesComeInFirstSeenOrder(rows: [String], expected: [String]) throws {
        #expect(try columns(rows) == expected)
    }

    @Test func namesEquivalentInUnicodeButOfOtherBytesAreTwo() throws {
        #expect(try columns(["{\"\u{E9}\":1}", "{\"e\u{301}\":1}"]).count == 2)
    }

    @Test func namesThatAreNoUTF8AreFoundAgain() throws {
        let row: [UInt8] = Array("{\"".utf8) + [0xFF] + Array("\":1}".utf8)
        var collector = ColumnCollector()
        for _ in 0..<2 { try row.withUnsafeBytes { try collector.observe($0) } }
        #expect(collector.names == ["\u{FFFD}"])
    }

    @Test func thousandsOfNamesAreKeptApart() throws {
        let names = (0..<5000).map { "column \($0)" }
        let row = "{" + names.map { "\"\($0)\":0" }.joined(separator: ",") + "}"
        let reversed = "{" + names.reversed().map { "\"\($0)\":0" }.joined(separator: ",") + "}"
        #expect(try columns([row, reversed, row]) == names)
    }

    @Test func addedNamesComeAfterThoseThere() throws {
        var collector = ColumnCollector()
        try withBytes(#"{"a":1,"b":2}"#) { try collector.observe($0) }
        collector.add(["c", "a", "d"])
        try withBytes(#"{"e":1,"d":2}"#) { try collector.observe($0) }
        #expect(collector.names == ["a", "b", "c", "d", "e"])
    }

    @Test(arguments: ["", "1", "{", "{\"a\":1", "{\"a\":1}}", "{\"a\":tru}", "{\"a\":1,}"])
    func aBrokenRowIsAnError(row: String) {
        #expect(throws: RowJSONError.self) { try columns([#"{"a":1}"#, row]) }
    }
}
