import RowJSON
import Testing

@Suite struct CanonicalRowTests {
    private func canonical(_ row: String) throws -> String {
        var output: [UInt8] = []
        try withBytes(row) { try CanonicalRow.append($0, to: &output) }
        return String(decoding: output, as: UTF8.self)
    }

    @Test(arguments: [
        ("{}", "{}"),
        (#"{"b":1,"a":2}"#, #"{"a":2,"b":1}"#),
        (#"{"a":1,"b":2,"a":3}"#, #"{"a":3,"b":2}"#),
        (#"{"\u0061":1,"a":2}"#, #"{"a":2}"#),
        (#"{"a":"\u00e9\/\t\u0001\"\\"}"#, #"{"a":"é/\t\u0001\"\\"}"#),
        (#"{"a":"\ud83d\uDE00"}"#, #"{"a":"😀"}"#),
        (#"{"a":"\uD800x\uDFFF"}"#, #"{"a":"\ud800x\udfff"}"#),
        (#"{"a":1.0,"b":1e400,"c":-0}"#, #"{"a":1.0,"b":1e400,"c":-0}"#),
        (#"{"o":{"z":[{"y":1,"x":2}, "\u0041"],"a":null}}"#, #"{"o":{"a":null,"z":[{"x":2,"y":1},"A"]}}"#),
        ("{ \"a\" : [ ] , \"b\" : [ 1 , { } ] }", #"{"a":[],"b":[1,{}]}"#),
        (#"{"ab":1,"a":2,"":3}"#, #"{"":3,"a":2,"ab":1}"#),
    ])
    func rowsAlikeInValueAreAlikeInBytes(row: String, expected: String) throws {
        #expect(try canonical(row) == expected)
        #expect(try canonical(expected) == expected)
    }

    @Test(arguments: [
        (#"{"a":1}"#, #"{"a":"1"}"#), (#"{"a":1}"#, #"{"a":1.0}"#), (#"{"a":null}"#, "{}"),
        (#"{"a":"\ud800"}"#, #"{"a":"\udfff"}"#), (#"{"a":[1,2]}"#, #"{"a":[2,1]}"#),
        (#"{"a":"\ud800"}"#, #"{"a":"\\ud800"}"#), (#"{"a":"\ud800"}"#, "{\"a\":\"\u{FFFD}\"}"),
    ])
    func rowsUnlikeInValueStayUnlike(left: String, right: String) throws {
        #expect(try canonical(left) != canonical(right))
    }

    @Test(arguments: ["", "[]", "{\"a\":1", "{\"a\":1}x", "{\"a\":" + String(repeating: "[", count: 100)])
    func aBrokenRowIsAnErrorAndLeavesTheOutputAsItWas(row: String) {
        var output: [UInt8] = [1, 2]
        #expect(throws: RowJSONError.self) { try withBytes(row) { try CanonicalRow.append($0, to: &output) } }
        #expect(output == [1, 2])
    }
}
