import RowJSON
import Testing

@Suite struct EnvelopeErrorTests {
    @Test(arguments: [
        ("", RowJSONError.Code.truncated, 0),
        (" ", .truncated, 1),
        ("<html>", .malformed, 0),
        ("[]", .malformed, 0),
        ("null", .malformed, 0),
        ("{", .truncated, 1),
        ("{}x", .malformed, 2),
        ("{} {}", .malformed, 3),
        ("{\"a\":1,}", .malformed, 7),
        ("{,}", .malformed, 1),
        ("{\"a\" 1}", .malformed, 5),
        ("{\"a\":}", .malformed, 5),
        ("{a:1}", .malformed, 1),
        ("{\"a\":01}", .malformed, 6),
        ("{\"a\":+1}", .malformed, 5),
        ("{\"a\":1.}", .malformed, 7),
        ("{\"a\":.5}", .malformed, 5),
        ("{\"a\":-}", .malformed, 6),
        ("{\"a\":1e}", .malformed, 7),
        ("{\"a\":1e+}", .malformed, 8),
        ("{\"a\":NaN}", .malformed, 5),
        ("{\"a\":tru}", .malformed, 8),
        ("{\"a\":True}", .malformed, 5),
        ("{\"a\":nullx}", .malformed, 9),
        ("{\"a\":'b'}", .malformed, 5),
        ("{\"a\":\"\\x\"}", .malformed, 7),
        ("{\"a\":\"\\u12g4\"}", .malformed, 10),
        ("{\"a\":[1 2]}", .malformed, 8),
        ("{\"a\":[1,]}", .malformed, 8),
        ("{\"a\":[1}", .malformed, 7),
        ("{\"a\":{\"b\":1]}", .malformed, 11),
        ("{\"a\":1}}", .malformed, 7),
        ("{\"a\"\u{B}:1}", .malformed, 4),
        ("{\"a\":1}\0", .malformed, 7),
        ("{\"data\":{\"dataList\":{}}}", .malformed, 20),
        ("{\"data\":{\"dataList\":\"\"}}", .malformed, 20),
        ("{\"data\":{\"dataList\":[{},1]}}", .notAnObject, 24),
        ("{\"data\":{\"dataList\":[[]]}}", .notAnObject, 21),
        ("{\"data\":{\"dataList\":[null]}}", .notAnObject, 21),
        ("{\"data\":{\"dataList\":[{},]}}", .notAnObject, 24),
        ("{\"data\":{\"dataList\":[,{}]}}", .notAnObject, 21),
        ("{\"data\":{\"dataList\":[{}{}]}}", .malformed, 23),
        ("{\"data\":{\"total\":-1}}", .malformed, 17),
        ("{\"data\":{\"total\":1.5}}", .malformed, 17),
        ("{\"data\":{\"total\":\"many\"}}", .malformed, 17),
        ("{\"data\":{\"total\":[]}}", .malformed, 17),
        ("{\"data\":{\"total\":1e99}}", .malformed, 17),
        ("{\"data\":{\"total\":\"\"}}", .malformed, 17),
    ])
    func brokenAnswersAreRefusedWithTheirOffset(text: String, code: RowJSONError.Code, offset: Int) {
        let error = #expect(throws: RowJSONError.self) { try parse(text) }
        #expect(error?.code == code)
        #expect(error?.offset == offset)
    }

    @Test func messagesNameTheOffsetAndWhatWasFound() {
        let malformed = #expect(throws: RowJSONError.self) { try parse("{\"a\" 1}") }
        #expect(malformed?.message == "byte 5: expected ':', found '1'")
        let truncated = #expect(throws: RowJSONError.self) { try parse("{\"a\":\"b") }
        #expect(truncated?.message == "the text ends at byte 7, where a string's closing quote was expected")
        let control = #expect(throws: RowJSONError.self) { try parse("{\u{1}}") }
        #expect(control?.message == "byte 1: expected a key, found byte value 1")
    }

    @Test(arguments: [1, 63, 64, 65, 1000, 1022, 1023, 1024, 100_000])
    func nestingOutsideOfRowsIsCappedAtTheLimit(depth: Int) {
        // The envelope and data are two levels.
        let inner = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        let text = "{\"data\":{\"a\":\(inner),\"dataList\":[]}}"
        guard depth + 2 > 1024 else {
            #expect(throws: Never.self) { try parse(text) }
            return
        }
        let error = #expect(throws: RowJSONError.self) { try parse(text) }
        #expect(error?.code == .nestingTooDeep)
        #expect(error?.offset == 13 + 1022)
    }

    @Test func aMillionOpenBracketsAreAnErrorAndNoCrash() {
        let error = #expect(throws: RowJSONError.self) {
            try parse("{\"a\":" + String(repeating: "[", count: 1_000_000))
        }
        #expect(error?.code == .nestingTooDeep)
    }

    @Test func aSmallerLimitHolds() throws {
        let bytes = Array(#"{"data":{"a":[[[]]],"dataList":[{"a":{"a":{}}}]}}"#.utf8)
        #expect(throws: Never.self) { try Envelope.parse(bytes, limits: .init(nesting: 5)) }
        #expect(throws: RowJSONError.self) { try Envelope.parse(bytes, limits: .init(nesting: 4)) }
    }

    @Test func aListLongerThanAllowedIsRefusedAtTheRowTooMany() throws {
        let bytes = Array(#"{"data":[{},{},{"a":1}]}"#.utf8)
        #expect(try Envelope.parse(bytes, limits: .init(rows: 3)).rows?.count == 3)
        let error = #expect(throws: RowJSONError.self) { try Envelope.parse(bytes, limits: .init(rows: 2)) }
        #expect(error?.code == .tooManyRows)
        #expect(error?.offset == 15)
    }

    @Test func everyTruncationIsTold() {
        let text =
            "\u{FEFF}{\"data\":{\"total\":12, \"x\":[-0.5e+1,true,false,null,{\"\\u00e9\":\"\\\"\\\\\"}],"
            + "\"dataList\":[{\"a\":\"😀\",\"b\":{\"c\":[1]}}, {}]},\"error\":\"success\"}"
        let bytes = Array(text.utf8)
        #expect(throws: Never.self) { try Envelope.parse(bytes) }
        for count in 0..<bytes.count {
            let error = #expect(throws: RowJSONError.self) { try Envelope.parse(Array(bytes[..<count])) }
            #expect(error?.code == .truncated, "cut at \(count)")
            #expect(error?.offset == count)
        }
    }
}
