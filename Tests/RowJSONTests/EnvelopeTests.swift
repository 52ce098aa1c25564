import RowJSON
import Testing

@Suite struct EnvelopeTests {
    @Test func aPageGivesItsTotalsItsRowsAndItsCode() throws {
        let envelope = try parse(
            #"{"data":{"total":1000,"currentTotal":2,"dataList":[{"State":"Texas","City":"Plano"},{"n":1}]},"error":"success"}"#
        )
        #expect(envelope.total == 1000)
        #expect(envelope.currentTotal == 2)
        #expect(envelope.error == "success")
        #expect(texts(envelope.rows) == [#"{"State":"Texas","City":"Plano"}"#, #"{"n":1}"#])
        #expect(envelope.repaired == 0)
    }

    @Test(arguments: [
        #"{"error":"success","data":{"total":2,"currentTotal":1,"dataList":[{"a":"1"}]}}"#,
        #"{"data":{"dataList":[{"a":"1"}],"currentTotal":1,"total":2},"error":"success"}"#,
        #"{"data":{"dataList":[{"a":"1"}],"x":{"total":9,"dataList":[{}]},"total":2,"currentTotal":1},"error":"success"}"#,
        #"{"x":[[{"data":{"total":7}}],{"error":"no"}],"error":"success","data":{"total":2,"currentTotal":1,"dataList":[{"a":"1"}]}}"#,
        #"{"data":{"total":"2","currentTotal":"1","dataList":[{"a":"1"}]},"error":"success"}"#,
        #"{"data":{"total":2.0,"currentTotal":1e0,"dataList":[{"a":"1"}]},"error":"success"}"#,
        #"{"d\u0061ta":{"t\u006ftal":2,"currentTotal":1,"dataList":[{"a":"1"}]},"error":"succes\u0073"}"#,
        "\u{FEFF}{\"error\":\"success\",\"data\":{\"total\":2,\"currentTotal\":1,\"dataList\":[{\"a\":\"1\"}]}}",
        " \r\n\t{ \"error\" : \"success\" ,\n\"data\" : { \"total\" : 2 , \"currentTotal\" : 1 , \"dataList\" : [ { \"a\" : \"1\" } ] } } \n",
        #"{"data":{"total":8,"dataList":[{"b":1}]},"data":{"total":2,"currentTotal":1,"dataList":[{"a":"1"}]},"error":"success"}"#,
    ])
    func spellingAndOrderOfTheEnvelopeDoNotMatter(text: String) throws {
        let envelope = try parse(text)
        #expect(envelope.total == 2)
        #expect(envelope.currentTotal == 1)
        #expect(envelope.error == "success")
        #expect(texts(envelope.rows) == [#"{"a":"1"}"#])
        #expect(envelope.repaired == 0)
    }

    @Test(arguments: [
        (
            #"{"error":"unauthorized","error_Description":"access_token invalid"}"#, "unauthorized",
            "access_token invalid"
        ),
        (#"{"error":"invalid_grant","error_description":"bad"}"#, "invalid_grant", "bad"),
        (#"{"error":{"code":"InvalidToken","message":"gone"},"requestId":"1"}"#, "InvalidToken", "gone"),
        (#"{"error":{"message":"gone","code":404,"more":[{}]}}"#, "404", "gone"),
        (#"{"error":{"code":"a","message":"b"},"error_Description":"c"}"#, "a", "c"),
        (#"{"error":"quote \" and \u00e9"}"#, "quote \" and é", nil),
        (#"{"error":null}"#, nil, nil), (#"{}"#, nil, nil), (#"{"error":{}}"#, nil, nil),
    ])
    func errorsAreReadInEverySpelling(text: String, code: String?, description: String?) throws {
        let envelope = try parse(text)
        #expect(envelope.error == code)
        #expect(envelope.errorDescription == description)
        #expect(envelope.rows == nil)
    }

    @Test func aMessageAloneIsRead() throws {
        let text = #"{"message":"Requested Resource Does Not Support HTTP Method 'POST'"}"#
        #expect(try parse(text).message == "Requested Resource Does Not Support HTTP Method 'POST'")
    }

    @Test(arguments: [
        #"{"data":null}"#, #"{"data":{"dataList":null}}"#, #"{"data":{}}"#, #"{"data":"none"}"#, #"{"data":7}"#, #"{}"#,
    ])
    func noListGivesNoRows(text: String) throws {
        #expect(try parse(text).rows == nil)
    }

    @Test(arguments: [#"{"data":{"dataList":[]}}"#, "{\"data\":{\"dataList\":[ \n ]}}", #"{"data":[]}"#])
    func anEmptyListIsNoRowsButAList(text: String) throws {
        #expect(try parse(text).rows == RowBlock())
    }

    @Test func listsOfGroupsAndTasksAreRowsToo() throws {
        let envelope = try parse(
            #"{"data":[{"taskGroupId":84,"taskGroupName":"a b"},{"taskGroupId":"85"}],"error":"success"}"#)
        #expect(texts(envelope.rows) == [#"{"taskGroupId":84,"taskGroupName":"a b"}"#, #"{"taskGroupId":"85"}"#])
    }

    @Test(arguments: [
        #"{}"#, #"{"a":null,"b":true,"c":false,"d":-0.5e+10,"e":[],"f":{},"g":[[1],{"h":[{}]}]}"#,
        #"{"a":"\"dataList\":[{","b":"}]}"}"#, #"{"a":"\\","b":"\\\""}"#, #"{"a":1,"a":2,"":""}"#,
        #"{"k\"\u0041":"\ud83d\ude00 \ud800 é 😀"}"#, #"{"n":1e400,"z":-0,"big":123456789012345678901234567890}"#,
    ])
    func aRowsBytesAreItsOwn(row: String) throws {
        let envelope = try parse("{\"data\":{\"dataList\":[\(row),\(row)],\"total\":2}}")
        #expect(texts(envelope.rows) == [row, row])
        #expect(envelope.total == 2)
        let spaced = try parse("{\"data\":{\"dataList\":[\n\t\(row)\n , \r\n\(row) ],\"total\":2}}")
        #expect(texts(spaced.rows) == [row, row])
    }

    @Test(arguments: [
        ("{ \"a\" : 1 }", #"{"a":1}"#),
        ("{\n  \"a\": [1, 2,\t{ }],\r\n  \"b c\": \" d \"\n}", #"{"a":[1,2,{}],"b c":" d "}"#),
        ("{\"a\":\" \\\" \" , \"b\":\"\\\\\" }", #"{"a":" \" ","b":"\\"}"#),
    ])
    func insignificantWhiteSpaceIsLeftOut(row: String, expected: String) throws {
        let envelope = try parse("{\"data\":{\"dataList\":[\(row)]}}")
        #expect(texts(envelope.rows) == [expected])
        #expect(envelope.repaired == 0)
    }

    @Test func rawControlCharactersAreEscapedAndTheirRowsCounted() throws {
        let envelope = try parse(
            "{\"data\":{\"dataList\":[{\"a\":\"1\n2\r3\t4\0\u{1}\u{1F}\u{7F}\"},{\"b\":\"c\"},{\"k\n\": \"\n\n\"}]}}")
        #expect(
            texts(envelope.rows) == [
                #"{"a":"1\n2\r3\t4\u0000\u0001\u001f"# + "\u{7F}\"}", #"{"b":"c"}"#, #"{"k\n":"\n\n"}"#,
            ])
        #expect(envelope.repaired == 2)
    }

    @Test func bytesThatAreNoUTF8AreKept() throws {
        let bytes =
            Array("{\"data\":{\"dataList\":[{\"a\":\"".utf8) + [0xFF, 0xC3, 0x28, 0xED, 0xA0, 0x80]
            + Array("\"}]}}".utf8)
        let envelope = try Envelope.parse(bytes)
        let row = Array("{\"a\":\"".utf8) + [0xFF, 0xC3, 0x28, 0xED, 0xA0, 0x80] + Array("\"}\n".utf8)
        #expect(envelope.rows?.bytes == row)
    }

    @Test func aLongAnswerIsReadWhole() throws {
        let all = (0..<1000).map { #"{"n":\#($0),"t":"\#(String(repeating: "x", count: $0 % 97))"}"# }
        let envelope = try parse("{\"data\":{\"dataList\":[" + all.joined(separator: ",") + "]}}")
        #expect(texts(envelope.rows) == all)
    }
}
