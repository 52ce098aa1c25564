import RowJSON
import Testing

@Suite struct ColumnKeyTests {
    /// Keys that are no text, between their quotes, many of which look the same with U+FFFD.
    static let raws: [[UInt8]] = [
        [0xE9], [0xE8], [0xFF], [0xFE], [0xFF, 0xE9], [0xED, 0xA0, 0x80], Array(#"\ud800"#.utf8),
        Array(#"\ud801"#.utf8),
        Array(#"\udc00\ud800"#.utf8), Array(#"\ud800"#.utf8) + [0xE9], Array("caf".utf8) + [0xE9],
        Array("caf\u{FFFD}".utf8), Array("\u{FFFD}".utf8), Array("\u{FFFD}~e9".utf8), Array("\u{FFFD}~d800".utf8),
        Array("plain".utf8), [],
    ]

    private func keys() throws -> [ColumnKey] {
        var columns = ColumnCollector(tellingApart: true)
        for raw in Self.raws {
            let row = Array("{\"".utf8) + raw + Array("\":1}".utf8)
            try row.withUnsafeBytes { try columns.observe($0) }
        }
        return columns.keys
    }

    @Test func keysThatAreNoTextAreColumnsOfTheirOwn() throws {
        let keys = ColumnKey.toldApart(try self.keys())
        #expect(keys.count == Self.raws.count)
        #expect(Set(keys.map { Array($0.name.utf8) }).count == keys.count)
        var index = KeyIndex()
        for key in keys { index.insert(key) }
        for (number, raw) in Self.raws.enumerated() {
            let hasEscapes = raw.contains(UInt8(ascii: "\\"))
            #expect(raw.withUnsafeBytes { index.number(ofRaw: $0, hasEscapes: hasEscapes) } == number, "\(raw)")
        }
    }

    @Test func aKeySpelledInAnotherWayIsTheSameColumn() {
        var index = KeyIndex()
        Array(#"a\uD800"#.utf8).withUnsafeBytes { _ = index.insert(ColumnKey(raw: $0)) }
        let number = Array(#"\u0061\ud800"#.utf8).withUnsafeBytes { index.number(ofRaw: $0, hasEscapes: true) }
        #expect(number == 0)
    }

    @Test func namesSayWhatWasReplacedWhereTheyWouldBeTheSame() {
        let raws: [[UInt8]] = [[0xE9], [0xC4, 0xE3], Array(#"\ud800x\udfff"#.utf8), Array("\u{FFFD}".utf8), [0xE8]]
        let keys = raws.map { $0.withUnsafeBytes { ColumnKey(raw: $0) } }
        let told = ColumnKey.toldApart(keys).map(\.name)
        #expect(told == ["\u{FFFD}~e9", "\u{FFFD}\u{FFFD}", "\u{FFFD}x\u{FFFD}", "\u{FFFD}", "\u{FFFD}~e8"])
    }
}
