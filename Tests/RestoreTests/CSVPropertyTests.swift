import Foundation
import TestSupport
import Testing

@testable import Restore

/// Random rows, written as CSV and read back by a reader of RFC 4180 that shares no code with the writer.
@Suite struct CSVPropertyTests {
    @Test(arguments: Sampling.quick(20, of: UInt64(1)...200))
    func csvReadsBackAsTheRowsValues(seed: UInt64) throws {
        var rows = RandomRows(seed: seed)
        let texts = (0..<20).map { _ in rows.make() }
        let csv = try encode(texts, RestoreOptions(), columns: rows.names)
        let records = try #require(CSVReader.read(csv), "seed \(seed): \(csv)")
        #expect(records.count == texts.count + 1, "seed \(seed)")
        #expect(records.first?.map { $0 ?? "" } == rows.names, "seed \(seed)")
        for (text, record) in zip(texts, records.dropFirst()) {
            let object = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
            for (name, field) in zip(rows.names, record) {
                #expect(field == Self.expected(object[name]), "seed \(seed), column \(name) of \(text)")
            }
        }
    }

    private static func expected(_ value: Any?) -> String? {
        switch value {
        case let text as String: text
        case let number as NSNumber: number.stringValue
        default: nil
        }
    }
}

/// RFC 4180 by the letter: a field quoted and empty is the empty text, one unquoted and empty is none.
enum CSVReader {
    static func read(_ text: String) -> [[String?]]? {
        var records: [[String?]] = []
        var record: [String?] = []
        var rest = Array(text.unicodeScalars)[...]
        while !rest.isEmpty {
            var field = String.UnicodeScalarView()
            let isQuoted = rest.first == "\""
            if isQuoted {
                rest.removeFirst()
                while true {
                    guard let scalar = rest.popFirst() else { return nil }
                    if scalar == "\"" {
                        guard rest.first == "\"" else { break }
                        rest.removeFirst()
                    }
                    field.append(scalar)
                }
            } else {
                while let scalar = rest.first, scalar != ",", scalar != "\n" {
                    guard scalar != "\"", scalar != "\r" else { return nil }
                    field.append(scalar)
                    rest.removeFirst()
                }
            }
            record.append(isQuoted || !field.isEmpty ? String(field) : nil)
            switch rest.popFirst() {
            case ",": if rest.isEmpty { return nil }
            case "\n":
                records.append(record)
                record = []
            default: return nil
            }
        }
        return record.isEmpty ? records : nil
    }
}

/// Rows over the same names in changing order, some missing.
struct RandomRows {
    let names = ["plain", "comma,name", "quote\"d", "é😀", "line\nbreak", "n"]
    private var generator: SeededGenerator

    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
    }

    mutating func make() -> String {
        var order = Array(names.indices)
        if number(3) == 0 { order.shuffle(using: &generator) }
        let fields = order.filter { _ in number(5) > 0 }.map { index in
            quote(names[index]) + ":" + (index == names.count - 1 ? String(number(1000) - 500) : value())
        }
        return "{" + fields.joined(separator: ",") + "}"
    }

    private mutating func number(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &generator) }

    private mutating func value() -> String {
        if number(8) == 0 { return "null" }
        return quote((0..<number(14)).map { _ in piece() }.joined())
    }

    private mutating func piece() -> String {
        ["a", "bc", ",", "\"", "\n", "\r", "\r\n", "\t", " ", "é", "😀", "\\", "'", "=", "seventeen letters", "\0"][
            number(16)]
    }

    /// A JSON string, each character escaped in one of the ways there are.
    private mutating func quote(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            let mustEscape = scalar.value < 0x20 || scalar == "\"" || scalar == "\\"
            if mustEscape || number(6) == 0 {
                for unit in String(scalar).utf16 { quoted += "\\u" + String(format: "%04x", unit) }
            } else {
                quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
