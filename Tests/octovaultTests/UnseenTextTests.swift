import Foundation
import Operations
import Testing

@testable import octovault

/// What a name from elsewhere can hold, and a screen or a reader of logs would obey.
@Suite struct UnseenTextTests {
    static let hostile: [String] = [
        "\u{1B}[31mred\u{1B}[0m", "\u{1B}]0;title\u{7}", "line\nbreak", "over\rwritten", "c1 \u{9B}31m csi",
        "\u{90}dcs\u{9C}",
        "\u{202E}gpj.exe", "\u{2066}isolate\u{2069}", "zero\u{200B}width", "\u{FEFF}bom", "nul\0l", "back\u{8}space",
        "del\u{7F}", "sep\u{2028}\u{2029}", "tag\u{E0041}", "a \u{301}level=error", "tab\tbed", "\u{85}next line",
    ]

    @Test(arguments: hostile)
    func textIsOneLineWithNothingUnseen(name: String) {
        let shown = "name \(name) end".printable
        #expect(!shown.unicodeScalars.contains { $0.isUnseen })
        #expect(shown.hasPrefix("name ") && shown.hasSuffix(" end"))
        #expect(shown.printable == shown, "escaping again changes nothing")
        #expect(!"one\n\(name)".printableLines.unicodeScalars.contains { $0.isUnseen && $0 != "\n" })
    }

    @Test(arguments: ["plain", "Wetter Köln 🌧", "数据", "e\u{301}", "quote\"s", ""])
    func whatCanBeSeenStays(name: String) {
        #expect(name.printable == name)
        #expect(name.printableLines == name)
        #expect(OrderedJSON.text(name).line.filter { $0 == UInt8(ascii: "u") }.count <= name.utf8.count)
    }

    @Test func aFloodIsCut() {
        let flood = String(repeating: "x", count: 5_000_000)
        #expect(flood.printable == String(repeating: "x", count: 4096) + "…")
        #expect(String(repeating: "\u{1B}", count: 100_000).printable.utf8.count < 30_000)
    }

    @Test(arguments: hostile)
    func jsonHasNothingUnseenAndMeansTheSame(name: String) throws {
        let line = OrderedJSON.object(["name": .text(name)]).line
        #expect(!String(decoding: line, as: UTF8.self).unicodeScalars.contains { $0.isUnseen })
        let object = try #require(try JSONSerialization.jsonObject(with: Data(line)) as? [String: String])
        #expect(object["name"].map { Array($0.utf8) } == Array(name.utf8))
    }

    @Test func jsonThatIsNoUTF8BecomesUTF8() {
        #expect(PrintableJSON.line([0x22, 0xFF, 0xC2, 0x9B, 0x22]) == Array("\"\u{FFFD}\\u009b\"".utf8))
    }

    @Test(arguments: hostile)
    func aLogFieldCannotPassForAnother(name: String) {
        let field = LogLines.field("task", name)
        #expect(field.hasPrefix("task="))
        let value = field.dropFirst(5)
        let isQuoted = value.hasPrefix("\"") && value.hasSuffix("\"")
        #expect(isQuoted || !value.unicodeScalars.contains { $0 == " " || $0 == "=" }, "\(field)")
    }
}
