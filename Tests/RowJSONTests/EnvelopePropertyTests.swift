import Foundation
import RowJSON
import TestSupport
import Testing

/// Random envelopes, compared with what Foundation reads in them.
@Suite struct EnvelopePropertyTests {
    @Test(arguments: Sampling.quick(40, of: UInt64(1)...300))
    func randomEnvelopesReadAsFoundationReadsThem(seed: UInt64) throws {
        var envelope = RandomEnvelope(seed: seed)
        let text = envelope.make()
        let bytes = Array(text.utf8)
        let parsed = try Envelope.parse(bytes)
        let expected = try #require(JSONSerialization.jsonObject(with: Data(bytes)) as? NSDictionary, "seed \(seed)")
        let data = expected["data"] as? NSDictionary
        #expect(parsed.total == (data?["total"] as? NSNumber)?.intValue, "seed \(seed)")
        #expect(parsed.error == expected["error"] as? String, "seed \(seed)")
        let list = try #require(data?["dataList"] as? [NSDictionary])
        let rows = try #require(texts(parsed.rows))
        #expect(rows.count == list.count, "seed \(seed)")
        for (row, original) in zip(rows, list) {
            #expect(try JSONSerialization.jsonObject(with: Data(row.utf8)) as? NSDictionary == original, "seed \(seed)")
        }
        #expect(parsed.rows?.bytes.filter { $0 == 10 }.count == rows.count, "one newline a row")
    }

    @Test(arguments: Sampling.quick(8, of: UInt64(1)...60))
    func mutatedAnswersNeverTrap(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var envelope = RandomEnvelope(seed: seed)
        let original = Array(envelope.make().utf8)
        for _ in 0..<50 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let at = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: bytes[at] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes.remove(at: at)
                default: bytes.insert(Array("{}[]\",:\\".utf8).randomElement(using: &generator) ?? 0, at: at)
                }
            }
            guard let parsed = try? Envelope.parse(bytes) else { continue }
            parsed.rows?.forEachRow { row in
                // Whatever is let through is a row for every other reader too.
                var output: [UInt8] = []
                var collector = ColumnCollector()
                #expect(throws: Never.self, "seed \(seed)") {
                    try CanonicalRow.append(row, to: &output)
                    try collector.observe(row)
                }
            }
        }
    }
}

/// Makes answers with random white space, key orders and nesting; no key twice.
struct RandomEnvelope {
    private var generator: SeededGenerator

    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
    }

    mutating func make() -> String {
        let rows = (0..<number(8)).map { _ in object(depth: 1) }
        let list = white() + "[" + white() + rows.joined(separator: white() + "," + white()) + white() + "]"
        let data = fields([
            ("total", String(number(100_000))), ("dataList", list), ("currentTotal", "\"\(rows.count)\""),
            ("x", value(depth: 2)),
        ])
        let document = fields([("data", data), ("error", "\"success\""), ("requestId", value(depth: 2))])
        return (number(4) == 0 ? "\u{FEFF}" : "") + white() + document + white()
    }

    private mutating func number(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &generator) }

    private mutating func white() -> String {
        guard number(3) == 0 else { return "" }
        return (0..<number(4)).map { _ in [" ", "\n", "\t", "\r"][number(4)] }.joined()
    }

    private mutating func fields(_ all: [(String, String)]) -> String {
        let fields = all.shuffled(using: &generator).map { key, value in
            white() + "\"" + key + "\"" + white() + ":" + white() + value + white()
        }
        return "{" + fields.joined(separator: ",") + (fields.isEmpty ? white() : "") + "}"
    }

    private mutating func object(depth: Int) -> String {
        fields(
            (0..<number(6)).map { ("k\($0)" + ["", "\\n", "é", "\\u00e9", "\\\""][number(5)], value(depth: depth)) })
    }

    private mutating func value(depth: Int) -> String {
        switch number(depth > 4 ? 5 : 7) {
        case 0: return ["null", "true", "false"][number(3)]
        case 1: return ["0", "-0", "12", "-3.25", "1e3", "2.5E-2", "123456789"][number(7)]
        case 2, 3, 4: return "\"" + (0..<number(12)).map { _ in piece() }.joined() + "\""
        case 5: return object(depth: depth + 1)
        default:
            let items = (0..<number(4)).map { _ in white() + value(depth: depth + 1) + white() }
            return "[" + items.joined(separator: ",") + "]"
        }
    }

    private mutating func piece() -> String {
        [
            "a", " ", "é", "😀", "\\\"", "\\\\", "\\/", "\\b\\f\\n\\r\\t", "\\u0000", "\\u00e9", "\\ud83d\\ude00", "[{",
            "}]", ",", ":", "dataList", "'", "plain text that is longer than a word",
        ][number(18)]
    }
}
