import Testing

@testable import Restore

@Suite struct OtherFormatTests {
    private static let rows = [#"{"a":"1","b":{"c":[1]}}"#, "{}", #"{"b":null,"a":"\u00e9","a":"\ud800"}"#]

    @Test(arguments: [
        (#"{"a":"x\ty","b":"z"}"#, "x\\ty\tz"), (#"{"a":"x\ny\r","b":""}"#, "x\\ny\\r\t"),
        (#"{"a":"\\t","b":null}"#, "\\\\t\t"),
        (#"{"a":"say \"hi\", you","b":1.50}"#, "say \"hi\", you\t1.50"), (#"{"b":[1,"\t"]}"#, "\t[1,\"\\\\t\"]"),
        ("{}", "\t"),
        (#"{"b":"a value of some length","a":"first"}"#, "first\ta value of some length"),
    ])
    func tsvIsALineARowAndQuotesNothing(row: String, line: String) throws {
        #expect(try encode([row], RestoreOptions(format: .tsv), columns: ["a", "b"]) == "a\tb\n\(line)\n")
    }

    @Test func tsvEscapesItsHeaderToo() throws {
        #expect(
            try encode([], RestoreOptions(format: .tsv, crlf: true), columns: ["a\tb", "c\\"]) == "a\\tb\tc\\\\\r\n")
    }

    @Test func ndjsonIsWhatWasArchived() throws {
        #expect(try encode(Self.rows, RestoreOptions(format: .ndjson)) == Self.rows.map { $0 + "\n" }.joined())
        #expect(try encode([], RestoreOptions(format: .ndjson)) == "")
    }

    @Test func ndjsonOfChosenColumnsKeepsTheValuesBytes() throws {
        let text = try encode(Self.rows, RestoreOptions(format: .ndjson, columns: ["b", "a"]))
        #expect(text == "{\"b\":{\"c\":[1]},\"a\":\"1\"}\n{}\n{\"b\":null,\"a\":\"\\ud800\"}\n")
    }

    @Test func jsonIsAnArrayWithARowALine() throws {
        #expect(
            try encode(Self.rows, RestoreOptions(format: .json)) == "[\n\(Self.rows[0]),\n{},\n\(Self.rows[2])\n]\n")
        #expect(try encode(["{}"], RestoreOptions(format: .json)) == "[\n{}\n]\n")
        #expect(try encode([], RestoreOptions(format: .json)) == "[]\n")
        #expect(
            try encode(Self.rows, RestoreOptions(format: .json, columns: ["a"]))
                == "[\n{\"a\":\"1\"},\n{},\n{\"a\":\"\\ud800\"}\n]\n")
    }

    @Test(arguments: [RestoreFormat.ndjson, .json])
    func optionsOfTextFormatsAreRefusedForJSON(format: RestoreFormat) {
        let excel = #expect(throws: RestoreError.self) { try RestoreOptions(format: format, excel: true) }
        #expect(excel?.message == "--excel is for csv and tsv, and the format is \(format.rawValue)")
        let crlf = #expect(throws: RestoreError.self) { try RestoreOptions(format: format, crlf: true) }
        #expect(crlf?.code == .badOption)
    }
}
