import Foundation
import RowJSON
import Testing

@Suite struct JSONTextTests {
    private func decode(_ raw: String) -> (text: String, loneSurrogates: Int, nuls: Int) {
        var output: [UInt8] = []
        let counts = withBytes(raw) { JSONText.decodeString($0, into: &output) }
        return (String(decoding: output, as: UTF8.self), counts.loneSurrogates, counts.nuls)
    }

    @Test(arguments: [
        ("", "", 0, 0), ("plain é 😀", "plain é 😀", 0, 0),
        (#"\"\\\/\b\f\n\r\t"#, "\"\\/\u{8}\u{C}\n\r\t", 0, 0),
        (#"\u0041\u00e9\uFFFF"#, "Aé\u{FFFF}", 0, 0),
        (#"\ud83d\ude00"#, "😀", 0, 0),
        (#"\ud83d"#, "\u{FFFD}", 1, 0), (#"\ude00x"#, "\u{FFFD}x", 1, 0),
        (#"\ud83d\ud83d\ude00"#, "\u{FFFD}😀", 1, 0), (#"\ud83d\u0041"#, "\u{FFFD}A", 1, 0),
        (#"\ude00\ud83d"#, "\u{FFFD}\u{FFFD}", 2, 0), (#"\ud83d\n"#, "\u{FFFD}\n", 1, 0),
        (#"a\u0000b\u0000"#, "a\0b\0", 0, 2), ("a\0b", "a\0b", 0, 1),
        (#"\x\u12"#, #"\x\u12"#, 0, 0), ("\\", "\\", 0, 0), (#"\u"#, #"\u"#, 0, 0), (#"\\u0041"#, #"\u0041"#, 0, 0),
    ])
    func escapesBecomeWhatTheyStandFor(raw: String, text: String, loneSurrogates: Int, nuls: Int) {
        let decoded = decode(raw)
        #expect(Array(decoded.text.utf8) == Array(text.utf8))
        #expect(decoded.loneSurrogates == loneSurrogates)
        #expect(decoded.nuls == nuls)
    }

    @Test(
        arguments: [
            ([0xC4, 0xE3], "\u{FFFD}\u{FFFD}", 2),
            (Array("x\\n".utf8) + [0xE4, 0xBD] + Array("\\ud800y".utf8), "x\n\u{FFFD}\u{FFFD}y", 1),
            (Array("中".utf8), "中", 0),
        ] as [([UInt8], String, Int)])
    func whatIsNoUTF8BecomesTheReplacementCharacter(raw: [UInt8], text: String, count: Int) {
        var output: [UInt8] = []
        let repairs = raw.withUnsafeBytes { JSONText.decodeString($0, into: &output) }
        #expect(output == Array(text.utf8))
        #expect(repairs.invalidUTF8 == count)
        #expect(raw.withUnsafeBytes { JSONText.isPlain($0) } == (count == 0 && !raw.contains(UInt8(ascii: "\\"))))
    }

    @Test(arguments: ["", "a\"b\\c/d", "\n\r\t\u{8}\u{C}\0\u{1F}\u{7F}", "é 😀 \u{2028}"])
    func quotedTextReadsBack(text: String) throws {
        var output: [UInt8] = []
        JSONText.appendQuoted(text, to: &output)
        let read = try JSONSerialization.jsonObject(with: Data(output), options: .fragmentsAllowed) as? String
        #expect(read == text)
        #expect(output.allSatisfy { $0 >= 0x20 })
    }
}
