import Foundation
import Testing

@testable import Restore

/// Of a single column every row is a line that readers see.
@Suite struct LoneColumnTests {
    private static let rows = [
        #"{"a":"x"}"#, #"{"a":null}"#, "{}", #"{"a":""}"#, #"{"a":" "}"#, #"{"a":"\\."}"#, #"{"a":"y"}"#,
    ]

    @Test(arguments: [RestoreFormat.csv, .tsv], [false, true])
    func noLineIsEmpty(format: RestoreFormat, crlf: Bool) throws {
        let options = try RestoreOptions(format: format, crlf: crlf)
        let text = try encode(Self.rows, options, columns: ["a"])
        let dot = format == .csv ? "\"\\.\"" : "\\\\."
        let lines = ["a", "x", "\"\"", "\"\"", "\"\"", "\" \"", dot, "y"]
        #expect(text == lines.map { $0 + (crlf ? "\r\n" : "\n") }.joined())
    }

    @Test(arguments: [RestoreFormat.csv, .tsv], [false, true])
    func aHeaderWithoutANameIsNoEmptyLine(format: RestoreFormat, excel: Bool) throws {
        let text = try encode([#"{"":"x"}"#], RestoreOptions(format: format, excel: excel))
        #expect(text == (excel ? "\u{FEFF}" : "") + "\"\"\nx\n")
    }

    @Test(arguments: [RestoreFormat.csv, .tsv])
    func rowsWithoutAnyKeyAreLinesToo(format: RestoreFormat) throws {
        #expect(try encode(["{}", "{}"], RestoreOptions(format: format)) == "\"\"\n\"\"\n\"\"\n")
    }

    @Test func theOnlyColumnChosenOrRenamedIsOneToo() throws {
        let rows = [#"{"b":1}"#, #"{"a":null,"b":1}"#]
        #expect(try encode(rows, RestoreOptions(columns: ["a"]), columns: ["a", "b"]) == "a\n\"\"\n\"\"\n")
    }

    @Test func ofSeveralColumnsNothingIsQuotedForIt() throws {
        #expect(try encode(["{}"], RestoreOptions(), columns: ["a", "b"]) == "a,b\n,\n")
        #expect(try encode(["{}"], RestoreOptions(format: .tsv), columns: ["a", "b"]) == "a\tb\n\t\n")
    }
}
