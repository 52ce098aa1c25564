import RowJSON
import TestSupport
import Testing

@Suite struct UTF8TextTests {
    /// Bytes that begin, continue, end and break characters of every length.
    private static let bytes: [UInt8] = [
        0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xED, 0xEE, 0xEF,
        0xF0,
        0xF1, 0xF4, 0xF5, 0xF8, 0xFE, 0xFF,
    ]

    private func check(_ text: [UInt8]) {
        let isSound = text.withUnsafeBytes { UTF8Text.isSound($0) }
        #expect(isSound == (String(validating: text, as: UTF8.self) != nil), "\(text)")
        var repaired: [UInt8] = []
        let count = text.withUnsafeBytes { UTF8Text.appendRepaired($0, to: &repaired) }
        let expected = Array(String(decoding: text, as: UTF8.self).utf8)
        #expect(repaired == expected, "\(text)")
        #expect((count == 0) == isSound, "\(text)")
        if isSound { #expect(repaired == text) }
    }

    @Test func everyPairAndTripleIsReadAsSwiftReadsIt() {
        for first in Sampling.quick(5, of: Self.bytes) {
            for second in Self.bytes {
                check([first, second])
                for third in Self.bytes { check([first, second, third]) }
            }
        }
    }

    @Test(arguments: UInt64(1)...40)
    func longTextsAreReadAsSwiftReadsThem(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<100 {
            var text: [UInt8] = []
            for _ in 0..<Int.random(in: 0..<12, using: &generator) {
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: text += Array("plain text of some length".utf8)
                case 1: text += Array("é中😀\u{7FF}\u{800}\u{D7FF}\u{E000}\u{FFFF}\u{10000}".utf8)
                default: text.append(Self.bytes.randomElement(using: &generator) ?? 0)
                }
            }
            check(text)
        }
    }

    @Test(
        arguments: [
            ([0xC4, 0xE3, 0xBA, 0xC3], 3), ([0xED, 0xA0, 0x80], 3), ([0xE4, 0xBD, 0x22], 1), ([0xF0, 0x9F, 0x98], 1),
            ([0xC0, 0x80], 2), ([0xF4, 0x90, 0x80, 0x80], 4), (Array("é".utf8), 0), (Array("\u{FFFD}".utf8), 0),
        ] as [([UInt8], Int)])
    func eachReplacementIsCounted(text: [UInt8], count: Int) {
        var repaired: [UInt8] = []
        #expect(text.withUnsafeBytes { UTF8Text.appendRepaired($0, to: &repaired) } == count)
    }
}
