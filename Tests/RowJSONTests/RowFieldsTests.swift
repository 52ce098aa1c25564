import RowJSON
import Testing

@Suite struct RowFieldsTests {
    private func fields(_ row: String) throws -> [String] {
        var fields: [String] = []
        try withBytes(row) { bytes in
            try RowFields.forEach(in: bytes) { field in
                let key = String(decoding: field.key, as: UTF8.self) + (field.keyHasEscapes ? "*" : "")
                let value = String(decoding: field.value, as: UTF8.self) + (field.valueHasEscapes ? "*" : "")
                fields.append("\(key) \(field.kind) \(value)")
            }
        }
        return fields
    }

    @Test(arguments: [
        ("{}", []),
        (#"{"a":"b"}"#, [#"a string "b""#]),
        (
            #"{"s":"x\n","n":-1.5e3,"t":true,"f":false,"z":null,"o":{"a":"\n"},"l":[1,"]"]}"#,
            [
                #"s string "x\n"*"#, "n number -1.5e3", "t boolean true", "f boolean false", "z null null",
                #"o object {"a":"\n"}"#, #"l array [1,"]"]"#,
            ]
        ),
        (#"{"\u0061":1,"a":2,"":""}"#, [#"\u0061* number 1"#, "a number 2", #" string """#]),
        ("{ \"a\" : 1 , \"b\" : [ ] }", ["a number 1", "b array [ ]"]),
    ])
    func fieldsComeInOrderAsTheyStand(row: String, expected: [String]) throws {
        #expect(try fields(row) == expected)
    }

    @Test func contentIsWhatStandsBetweenTheQuotes() throws {
        var contents: [String] = []
        try withBytes(#"{"a":"b","c":"","d":12,"e":["f"]}"#) { row in
            try RowFields.forEach(in: row) { contents.append(String(decoding: $0.content, as: UTF8.self)) }
        }
        #expect(contents == ["b", "", "12", "[\"f\"]"])
    }

    @Test(arguments: ["", "[]", "1", "{", "{}{}", "{\"a\":1", "{\"a\":1}x", "{\"a\"}"])
    func whatIsNoObjectIsAnError(row: String) {
        #expect(throws: RowJSONError.self) { try fields(row) }
    }
}
