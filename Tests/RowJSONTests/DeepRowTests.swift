import TestSupport
import Testing

@testable import RowJSON

/// Rows nested as deep as they like are read like any other, by everything that reads rows.
@Suite struct DeepRowTests {
    static let depths = Sampling.quick(
        3, of: [1, 62, 63, 64, 65, 66, 127, 128, 129, 192, 193, 1000, 1001, 20_000])

    /// Arrays and objects in each other, by the bits of a pattern, with values before and behind.
    private static func nested(_ depth: Int, _ pattern: UInt64) -> String {
        var opening = ""
        var closing: [String] = []
        for level in 0..<depth {
            let isObject = pattern >> UInt64(level % 61) & 1 == 1
            opening += isObject ? #"{"z":1,"a":"# : "[1,"
            closing.append(isObject ? #","m":[]}"# : ",{}]")
        }
        return opening + "null" + closing.reversed().joined()
    }

    private static func row(_ depth: Int, _ pattern: UInt64) -> String {
        #"{"b":\#(nested(depth, pattern)),"a":2}"#
    }

    private static let patterns: [UInt64] = [0, .max, 0x5555_5555_5555_5555, 0x0F0F_3355_1234_5678]

    @Test(arguments: depths, patterns)
    func aDeepRowComesWithItsBytesAndStopsNoOther(depth: Int, pattern: UInt64) throws {
        let rows = [#"{"a":1}"#, Self.row(depth, pattern), #"{"b":3}"#]
        let envelope = try parse(#"{"data":{"total":3,"dataList":[\#(rows.joined(separator: ","))]}}"#)
        #expect(texts(envelope.rows) == rows)
    }

    @Test(arguments: depths, patterns)
    func itsFieldsAndKeysAreFound(depth: Int, pattern: UInt64) throws {
        let row = Self.row(depth, pattern)
        var keys: [String] = []
        var sizes: [Int] = []
        try withBytes(row) { bytes in
            try RowFields.forEach(in: bytes) { field in
                keys.append(JSONText.string(field.key))
                sizes.append(field.value.count)
            }
        }
        #expect(keys == ["b", "a"])
        #expect(sizes == [row.utf8.count - 12, 1])
        var columns = ColumnCollector()
        try withBytes(row) { try columns.observe($0) }
        #expect(columns.names == ["b", "a"])
    }

    @Test(arguments: Sampling.pairs(depths, patterns))
    func aDeepRowHasOneCanonicalForm(depth: Int, pattern: UInt64) throws {
        let nested = Self.nested(depth, pattern)
        let forms = try [#"{"b":\#(nested),"a":2}"#, #"{ "a":2, "\u0062" : \#(nested)}"#].map { row in
            var output: [UInt8] = []
            try withBytes(row) { try CanonicalRow.append($0, to: &output) }
            return output
        }
        #expect(forms[0] == forms[1])
        var again: [UInt8] = []
        try forms[0].withUnsafeBytes { try CanonicalRow.append($0, to: &again) }
        #expect(again == forms[0])
        #expect(forms[0].count == nested.utf8.count + 12)
    }

    /// One closing bracket changed to the other kind, at each level where a word of the scanner's bits begins or ends.
    @Test(arguments: [0, 1, 61, 62, 63, 64, 65, 126, 127, 128, 129, 200, 299], patterns)
    func aBracketOfTheWrongKindIsFoundAtAnyDepth(level: Int, pattern: UInt64) throws {
        var row = Array(Self.row(300, pattern).utf8)
        let closers = row.indices.filter { index in
            (row[index] == Byte.closeBrace || row[index] == Byte.closeBracket)
                && row[index - 1] != Byte.openBrace && row[index - 1] != Byte.openBracket
        }
        let index = closers[closers.count - 2 - level]
        row[index] = row[index] == Byte.closeBrace ? Byte.closeBracket : Byte.closeBrace
        row.withUnsafeBytes { bytes in
            var columns = ColumnCollector()
            #expect(throws: RowJSONError.self) { try columns.observe(bytes) }
            var output: [UInt8] = []
            #expect(throws: RowJSONError.self) { try CanonicalRow.append(bytes, to: &output) }
            #expect(output.isEmpty)
        }
    }

    @Test func ofMoreObjectsThanAreOrderedARowIsLikeItsOwnBytesAlone() throws {
        let row = #"{"b":[{},{},{}],"a":1}"#
        for (most, expected) in [(4, #"{"a":1,"b":[{},{},{}]}"#), (3, row)] {
            var output: [UInt8] = []
            try withBytes(row) { try CanonicalRow.append($0, mostObjects: most, to: &output) }
            #expect(String(decoding: output, as: UTF8.self) == expected)
        }
        for broken in [#"{"b":[{},{},{}],"a":1"#, #"{"b":[{},{},{}],"a":1}}"#, #"{"b":[{},{},{}},"a":1}"#] {
            var output: [UInt8] = []
            #expect(throws: RowJSONError.self) {
                try withBytes(broken) { try CanonicalRow.append($0, mostObjects: 2, to: &output) }
            }
        }
    }
}
