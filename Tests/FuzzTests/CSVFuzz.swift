import RowJSON

@testable import Restore

/// Rows, as CSV and back by a reader that shares no code with the writer: field by field the same.
enum CSVFuzz: FuzzTarget {
    static let name = "csv"

    static let corpus = [
        #"{"data":[{"a":"1","b":"x,y"},{"b":"say \"hi\"","a":""},{"a":null},{}]}"#,
        #"{"data":[{"é":"=1+1","n":-1.5e3,"l":[1,"\"q\""],"o":{"x":null}},{"n":true,"é":"\u0000\n\r\t"}]}"#,
        #"{"data":[{"seventeen letters":"and some more than that, with a comma","=k":"＝1","a":"-1","b":"+1+1"}]}"#,
    ].map { Array($0.utf8) }

    static let words =
        EnvelopeFuzz.words + [
            "\"=", "\"+", "\"-", "\"@", "\"\\t", "\"\\r", "\"＝", "\"＋", "\"－", "\"＠", ",", "\\n", "\\\"", "\"\"", "-1",
            "-1+1",
        ]

    static func check(_ input: [UInt8]) throws -> Bool {
        guard let rows = try? Envelope.parse(input).rows else { return false }
        var columns = ColumnCollector()
        try rows.forEachRow { try columns.observe($0) }
        let names = columns.names
        guard !names.isEmpty, names.count * rows.count < 200_000 else { return false }
        let expected = try table(rows, names)
        for (isExcel, crlf) in [(false, false), (true, true)] {
            let options = try RestoreOptions(excel: isExcel, crlf: crlf)
            let choice = try ColumnChoice(all: names, asked: nil)
            let encoder = options.encoder(choice)
            let output = OutputBuffer()
            try rows.bytes.withUnsafeBytes { try encoder.encode($0, EncodingScratch(columns: names.count), to: output) }
            let text = encoder.header.dropFirst(isExcel ? 3 : 0) + Array(output.bytes)
            guard let records = records(of: Array(text), lineEnd: crlf ? [0x0D, 0x0A] : [0x0A]) else {
                throw Finding("it is no CSV: \(String(decoding: text, as: UTF8.self))")
            }
            let header = names.map { Cell.text(Array($0.utf8)) }
            try compare(records, [header] + expected, isExcel: isExcel)
        }
        return true
    }

    private enum Cell: Equatable {
        case absent
        case text([UInt8])
        case other([UInt8])
    }

    private static func table(_ rows: RowBlock, _ names: [String]) throws -> [[Cell]] {
        let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { (Array($0.element.utf8), $0.offset) })
        var table: [[Cell]] = []
        try rows.forEachRow { row in
            var cells = [Cell](repeating: .absent, count: names.count)
            try RowFields.forEach(in: row) { field in
                guard let place = places[Array(JSONText.string(field.key).utf8)] else {
                    throw Finding("an unknown key")
                }
                switch field.kind {
                case .null: cells[place] = .absent
                case .string:
                    var decoded: [UInt8] = []
                    JSONText.decodeString(field.content, into: &decoded)
                    cells[place] = .text(decoded)
                default:
                    var text: [UInt8] = []
                    _ = UTF8Text.appendRepaired(field.value, to: &text)
                    cells[place] = .other(text)
                }
            }
            table.append(cells)
        }
        return table
    }

    private static func compare(_ records: [[[UInt8]?]], _ expected: [[Cell]], isExcel: Bool) throws {
        guard records.count == expected.count else { throw Finding("\(records.count) records of \(expected.count)") }
        for (record, cells) in zip(records, expected) {
            guard record.count == cells.count else { throw Finding("\(record.count) fields of \(cells.count)") }
            for (field, cell) in zip(record, cells) {
                let wanted: [UInt8]? =
                    switch cell {
                    // The only value of a line is never nothing.
                    case .absent: cells.count == 1 ? [] : nil
                    case .other(let bytes): bytes
                    case .text(let bytes): isExcel && isRun(bytes) ? [UInt8(ascii: "'")] + bytes : bytes
                    }
                guard field == wanted else {
                    throw Finding("\(String(decoding: field ?? [], as: UTF8.self)) for \(cell)")
                }
            }
        }
    }

    /// Whether a spreadsheet would run it: said once more, in another way than the program says it.
    private static func isRun(_ bytes: [UInt8]) -> Bool {
        let starts = ["=", "@", "\t", "\n", "\r", "＝", "＋", "－", "＠"]
        if starts.contains(where: { bytes.starts(with: Array($0.utf8)) }) { return true }
        guard let first = bytes.first, first == UInt8(ascii: "+") || first == UInt8(ascii: "-") else { return false }
        let number = /[+\-](\d+\.?\d*|\.\d+)([eE][+\-]?\d+)?/
        guard bytes.allSatisfy({ $0 < 0x80 }) else { return true }
        return String(decoding: bytes, as: UTF8.self).wholeMatch(of: number) == nil
    }

    /// RFC 4180 with that line end; an empty field without quotes is nil.
    private static func records(of text: [UInt8], lineEnd: [UInt8]) -> [[[UInt8]?]]? {
        let (quote, comma) = (UInt8(ascii: "\""), UInt8(ascii: ","))
        var records: [[[UInt8]?]] = []
        var record: [[UInt8]?] = []
        var at = 0
        while at < text.count {
            var field: [UInt8] = []
            let isQuoted = text[at] == quote
            if isQuoted {
                at += 1
                while true {
                    guard at < text.count else { return nil }
                    if text[at] == quote {
                        guard at + 1 < text.count, text[at + 1] == quote else { break }
                        at += 1
                    }
                    field.append(text[at])
                    at += 1
                }
                at += 1
            } else {
                while at < text.count, text[at] != comma, text[at] != 0x0A, text[at] != 0x0D {
                    guard text[at] != quote else { return nil }
                    field.append(text[at])
                    at += 1
                }
            }
            record.append(isQuoted || !field.isEmpty ? field : nil)
            if at < text.count, text[at] == comma {
                at += 1
            } else if text[at...].starts(with: lineEnd) {
                at += lineEnd.count
                records.append(record)
                record = []
            } else {
                return nil
            }
        }
        return record.isEmpty ? records : nil
    }
}
