import RowJSON
import Testing

@testable import Restore

@Suite struct CSVTests {
    private func csv(_ rows: [String], columns: [String]? = nil) throws -> String {
        try encode(rows, RestoreOptions(), columns: columns)
    }

    @Test(arguments: [
        ([], [], "\n"),
        (["a", "b"], [], "a,b\n"),
        (["a"], [#"{"a":"x"}"#], "a\nx\n"),
        (["a", "b"], [#"{"a":"x","b":"y"}"#, #"{"a":"","b":null}"#, "{}"], "a,b\nx,y\n\"\",\n,\n"),
        (
            ["a", "b", "c"], [#"{"c":"3"}"#, #"{"b":"2"}"#, #"{"a":"1","c":"3"}"#, #"{"a":"1"}"#],
            "a,b,c\n,,3\n,2,\n1,,3\n1,,\n"
        ),
        (["a", "b"], [#"{"b":"2","a":"1"}"#, #"{"a":"1","b":"2"}"#, #"{"b":"2"}"#], "a,b\n1,2\n1,2\n,2\n"),
        (["a", "b"], [#"{"a":"1","b":"2","a":"3"}"#, #"{"a":"1","a":null}"#], "a,b\n3,2\n,\n"),
        (
            ["a"], [#"{"a":"1,2"}"#, #"{"a":"say \"hi\""}"#, #"{"a":"\n"}"#, #"{"a":"\r"}"#],
            "a\n\"1,2\"\n\"say \"\"hi\"\"\"\n\"\n\"\n\"\r\"\n"
        ),
        (
            ["a"], [#"{"a":"long enough to need two words, and a comma"}"#],
            "a\n\"long enough to need two words, and a comma\"\n"
        ),
        (
            ["a", "b"], [#"{"a":"seven77","b":"eight888"}"#, #"{"a":"nine99999","b":"x,"}"#],
            "a,b\nseven77,eight888\nnine99999,\"x,\"\n"
        ),
        (["a"], [#"{"a":"\u00e9\/\t\\"}"#, #"{"a":" é 😀 \ud83d\ude00 "}"#], "a\né/\t\\\n é 😀 😀 \n"),
        (["a"], [#"{"a":"\ud800x"}"#, #"{"a":"nul\u0000"}"#], "a\n\u{FFFD}x\nnul\0\n"),
        (
            ["a", "b"], [#"{"a":1e400,"b":-0}"#, #"{"a":12345678901234567890.10,"b":-1.5E-7}"#],
            "a,b\n1e400,-0\n12345678901234567890.10,-1.5E-7\n"
        ),
        (["a", "b"], [#"{"a":true,"b":false}"#], "a,b\ntrue,false\n"),
        (
            ["a", "b"], [#"{"a":{"x":[1,"\"q\""]},"b":[]}"#, #"{"a":[1,2],"b":{}}"#],
            "a,b\n\"{\"\"x\"\":[1,\"\"\\\"\"q\\\"\"\"\"]}\",[]\n\"[1,2]\",{}\n"
        ),
        (["a\"b", "c,d", "", "e\nf"], ["{}"], "\"a\"\"b\",\"c,d\",\"\",\"e\nf\"\n,,,\n"),
        (
            ["é", "a\\b", "t\tb"], [#"{"\u00e9":1,"a\\b":2,"t\tb":3}"#, #"{"é":1,"a\u005cb":2,"t\u0009b":3}"#],
            "é,a\\b,t\tb\n1,2,3\n1,2,3\n"
        ),
        (["a", "b"], ["{ \"a\" : \"1\" , \"b\" : [ 1 ] }", " {\"b\":\"2\"} "], "a,b\n1,[ 1 ]\n,2\n"),
        (["a", "ab", "abc"], [#"{"ab":"2","abc":"3"}"#, #"{"abc":"3"}"#], "a,ab,abc\n,2,3\n,,3\n"),
    ])
    func wholeOutputs(columns: [String], rows: [String], expected: String) throws {
        #expect(try csv(rows, columns: columns) == expected)
    }

    @Test func columnsAreWrittenInTheOrderAskedFor() throws {
        let rows = [#"{"a":"1","b":"2","c":"3"}"#, #"{"c":"","b":null}"#]
        #expect(try encode(rows, RestoreOptions(columns: ["c", "a"])) == "c,a\n3,1\n\"\",\n")
        #expect(try encode(rows, RestoreOptions(columns: ["b"])) == "b\n2\n\"\"\n")
    }

    @Test func linesCanEndWithCRLF() throws {
        #expect(try encode([#"{"a":"x\ny","b":1}"#], RestoreOptions(crlf: true)) == "a,b\r\n\"x\ny\",1\r\n")
    }

    @Test(arguments: [
        ("=1+1", "'=1+1"), ("+1", "+1"), ("-1", "-1"), ("+1.5e-3", "+1.5e-3"), ("-.5", "-.5"), ("-5.", "-5."),
        ("-1+1", "'-1+1"), ("+cmd", "'+cmd"), ("-", "'-"), ("-.", "'-."), ("-1e", "'-1e"), ("@SUM(A1)", "'@SUM(A1)"),
        ("a=1", "a=1"), ("", "\"\""), ("=\\\"a\\\",b", "\"'=\"\"a\"\",b\""), ("\\t=1", "'\t=1"), ("\\r=1", "\"'\r=1\""),
        ("\\n=1", "\"'\n=1\""), ("＝1", "'＝1"), ("＠1", "'＠1"), ("＋1", "'＋1"), ("－1", "'－1"), ("！1", "！1"),
        (" =1", " =1"),
        ("\\u003d1", "'=1"), ("plain, text", "\"plain, text\""),
    ])
    func excelGuardsWhatASpreadsheetWouldRun(text: String, expected: String) throws {
        #expect(try encode(["{\"a\":\"\(text)\"}"], RestoreOptions(excel: true)) == "\u{FEFF}a\n\(expected)\n")
    }

    @Test func excelLeavesNumbersAloneAndGuardsTheHeader() throws {
        let text = try encode([#"{"=a":-1.5,"b":-1e400,"c":[-1]}"#], RestoreOptions(excel: true))
        #expect(text == "\u{FEFF}'=a,b,c\n-1.5,-1e400,[-1]\n")
    }

    @Test func replacedSurrogatesAndNULsAreCountedOnce() throws {
        let scratch = EncodingScratch(columns: 2)
        // The keys of the second row come in another order, so that it is begun twice.
        let rows = [#"{"a":"\ud800\u0000","b":"\udc00"}"#, #"{"b":"\ud800\u0000","a":"x"}"#, #"{"a":"😀"}"#]
        _ = try encode(rows, RestoreOptions(), columns: ["a", "b"], scratch: scratch)
        #expect(scratch.repairs.loneSurrogates == 3)
        #expect(scratch.repairs.nuls == 2)
    }

    @Test func hugeStringsAreWrittenWhole() throws {
        let plain = String(repeating: "x", count: 300_000)
        let quoted = String(repeating: "\\\"", count: 100_000)
        let text = try csv(["{\"a\":\"\(plain)\",\"b\":\"\(quoted)\"}", #"{"a":"1","b":"2"}"#])
        #expect(text == "a,b\n\(plain),\"\(String(repeating: "\"\"", count: 100_000))\"\n1,2\n")
    }

    @Test(arguments: [
        "", "[]", "{", "{\"a\":1", "{\"a\":\"x}", "{\"a\":}", "{\"a\":1}x", "{\"a\":1,}", "{\"a\":\"\\x\"}",
        "{\"a\":01}", "{\"a\" 1}",
        "{\"a\":nul}", "{\"a\":\"x\"\"b\":1}", "{\"b\":\"\\", "{\"a\":[}",
    ])
    func aRowThatIsNoJSONObjectIsAnError(row: String) {
        #expect(throws: (any Error).self) { try csv([row], columns: ["a", "b"]) }
        #expect(throws: (any Error).self) { try csv([#"{"b":1,"a":2}"#, row], columns: ["a", "b"]) }
    }

    @Test func aKeyThatNoManifestListsIsAnError() {
        let error = #expect(throws: UnknownKey.self) { try csv([#"{"a":1,"z\n":2}"#], columns: ["a"]) }
        #expect(error?.name == "z\n")
        #expect(throws: UnknownKey.self) { try encode([#"{"z":2}"#], RestoreOptions(columns: ["a"]), columns: ["a"]) }
    }
}
