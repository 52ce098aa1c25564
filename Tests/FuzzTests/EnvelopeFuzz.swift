import Foundation
import RowJSON

/// Answers of the API: whatever comes, reading ends in rows or in a ``RowJSONError``, and rows read once read again.
enum EnvelopeFuzz: FuzzTarget {
    static let name = "envelope"

    static let corpus = [
        #"{"data":{"total":1000,"currentTotal":2,"dataList":[{"State":"Texas","City":"Plano"},{"State":"Ohio"}]},"error":"success"}"#,
        #"{"data":{"total":"3","currentTotal":"1","dataList":[ { "a" : [ 1 , -2.5e-3 , {"b":null} ] , "\u0061\n" : "\ud83d\ude00" } ]}}"#,
        "\u{FEFF} {\"error\":{\"code\":\"x\",\"message\":\"y\"},\"message\":null,\"data\":[{},{\"t\":true}]}\n",
        #"{"error":"unauthorized","error_Description":"access_token invalid"}"#,
        "{\"data\":{\"dataList\":[{\"raw\":\"tab\there\",\"q\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"}],\"total\":1}}",
        #"{"data":{"total":0,"dataList":null,"more":{"deep":[[[[[[[[1]]]]]]]]}}}"#,
    ].map { Array($0.utf8) }

    static let words = [
        "null", "true", "false", "\"data\"", "\"total\"", "\"currentTotal\"", "\"dataList\"", "\"error\"", "[", "]",
        "{",
        "}", "[[", "]]", "{\"\":", "}}", "\\u0000", "\\ud800", "\\udc00", "\\u", "\\x", "{}", "[{}]", "1e5", "1.0",
        "01",
    ]

    static func check(_ input: [UInt8]) throws -> Bool {
        let envelope: Envelope
        do throws(RowJSONError) {
            envelope = try Envelope.parse(input)
        } catch {
            guard (0...input.count).contains(error.offset) else { throw Finding("the offset is \(error.offset)") }
            return false
        }
        guard min(envelope.total ?? 0, envelope.currentTotal ?? 0) >= 0 else { throw Finding("a total is negative") }
        guard let rows = envelope.rows else { return true }
        // A control character becomes six bytes, a row ends in one.
        guard rows.bytes.count <= input.count * 6 else { throw Finding("the rows are longer than the answer") }
        var columns = ColumnCollector()
        try rows.forEachRow { row in
            guard !row.contains(UInt8(ascii: "\n")) else { throw Finding("a row holds a line end") }
            try columns.observe(row)
            try checkMeaning(row)
        }
        try checkAgain(rows)
        return true
    }

    /// What a row means does not depend on how often it is written in the canonical way.
    private static func checkMeaning(_ row: UnsafeRawBufferPointer) throws {
        var keys = 0
        try RowFields.forEach(in: row) { _ in keys += 1 }
        var once: [UInt8] = []
        try CanonicalRow.append(row, to: &once)
        var twice: [UInt8] = []
        try once.withUnsafeBytes { try CanonicalRow.append($0, to: &twice) }
        guard once == twice else { throw Finding("a canonical row is not canonical") }
        // What another reader might refuse for reasons of its own: numbers past its range, halves of pairs.
        let isEasy = !row.contains { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard isEasy, let text = String(validating: row, as: UTF8.self), !text.contains("\\u") else { return }
        guard (try? JSONSerialization.jsonObject(with: Data(text.utf8))) is [String: Any] else {
            throw Finding("another reader of JSON refuses the row \(text)")
        }
    }

    private static func checkAgain(_ rows: RowBlock) throws {
        var text = Array(#"{"data":{"total":\#(rows.count),"dataList":["#.utf8)
        rows.forEachRow { row in
            if text.last == UInt8(ascii: "}") { text.append(UInt8(ascii: ",")) }
            text.append(contentsOf: row)
        }
        let again = try Envelope.parse(text + Array("]}}".utf8))
        guard again.rows == rows, again.repaired == 0, again.total == rows.count else {
            throw Finding("the rows read again are others")
        }
    }
}
