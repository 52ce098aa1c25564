@testable import RowJSON
import TestSupport
import Testing

/// The keys that an answer's rows have in common, against what a collector finds in the rows one by one.
@Suite struct CommonColumnsTests {
    private func parse(_ rows: [String]) throws -> RowBlock {
        let text = #"{"data":{"total":0,"dataList":["# + rows.joined(separator: ",") + #"]},"error":"success"}"#
        return try #require(try Envelope.parse(Array(text.utf8)).rows)
    }

    private func collected(_ block: RowBlock) throws -> [String] {
        var collector = ColumnCollector()
        try block.forEachRow { try collector.observe($0) }
        return collector.names
    }

    @Test(arguments: [
        ([], nil),
        (["{}"], []),
        ([#"{"b":1,"a":{"c":[2]}}"#, #"{"b":"","a":null}"#], ["b", "a"]),
        ([#"{ "b" : 1 }"#], ["b"]),
        ([#"{"x\u0022y":1}"#], ["x\"y"]),
        // Other keys, fewer, more, another order, a key twice.
        ([#"{"a":1}"#, #"{"b":1}"#, #"{"a":1}"#], nil),
        ([#"{"a":1,"b":2}"#, #"{"a":1}"#], nil),
        ([#"{"a":1}"#, #"{"a":1,"b":2}"#], nil),
        ([#"{"a":1,"b":2}"#, #"{"b":1,"a":2}"#], nil),
        ([#"{"a":1,"a":2}"#], nil),
        ([#"{"a":1}"#, "{}"], nil),
        (["{}", #"{"a":1}"#], nil),
    ])
    func areThoseOfEveryRowInTheirOrderOrUnknown(rows: [String], expected: [String]?) throws {
        #expect(try parse(rows).commonColumns == expected)
    }

    @Test(arguments: 1...300)
    func whereKnownAreWhatACollectorFindsAndTheRowsAreTheSame(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let keys = ["a", "b", "", #"q\"x"#, "é", #"\u0061"#]
        let usual = keys.shuffled(using: &generator).prefix(Int.random(in: 0...4, using: &generator))
        let values = ["1", #""t""#, "null", #"{"a":[{"b":1}]}"#, "[]", #""\n""#]
        let rows = (0..<Int.random(in: 0...5, using: &generator)).map { _ in
            var names = Array(usual)
            if Int.random(in: 0..<6, using: &generator) == 0 { names.shuffle(using: &generator) }
            if Int.random(in: 0..<6, using: &generator) == 0 {
                names.append(keys.randomElement(using: &generator) ?? "")
            }
            return "{"
                + names.map { "\"\($0)\":\(values.randomElement(using: &generator) ?? "")" }.joined(separator: ",")
                + "}"
        }
        let block = try parse(rows)
        #expect(block.bytes == Array(rows.map { $0 + "\n" }.joined().utf8))
        if let common = block.commonColumns { #expect(try collected(block) == common) }
    }

    @Test func stayKnownInPartsAndWhereBlocksOfTheSameKeysJoin() throws {
        let block = try parse([#"{"a":1}"#, #"{"a":2}"#, #"{"a":3}"#])
        #expect(block.removing(rowsAt: [1]).commonColumns == ["a"])
        #expect(block.slice(1..<2).commonColumns == ["a"])
        var joined = block
        joined.append(contentsOf: try parse([#"{"a":4}"#]))
        #expect(joined.commonColumns == ["a"])
        joined.append(contentsOf: RowBlock())
        #expect(joined.commonColumns == ["a"])
        joined.append(contentsOf: try parse([#"{"b":4}"#]))
        #expect(joined.commonColumns == nil)
        var one = block
        Array("{}".utf8).withUnsafeBytes { one.append(row: $0) }
        #expect(one.commonColumns == nil)
    }

    @Test(arguments: [0, 1])
    func ofMoreKeysThanARowMayHaveToBeNotedAreUnknownAndTheRowIsTheSame(excess: Int) throws {
        let keys = (0..<RowLayout.mostKeys + excess).map { "\"\($0)\":0" }
        let row = "{" + keys.joined(separator: ",") + "}"
        let block = try parse([row, row])
        #expect(block.commonColumns?.count == (excess == 0 ? RowLayout.mostKeys : nil))
        #expect(block.bytes == Array("\(row)\n\(row)\n".utf8))
        #expect(try collected(block).count == keys.count)
    }

    @Test(arguments: ["{", #"{"a""#, #"{"a":1"#, #"{"a":1,}"#, #"{"a" 1}"#, #"{a:1}"#, #"{"a":1]"#])
    func aBrokenRowIsAnErrorWhicheverRowItIs(row: String) {
        for rows in [[row], [#"{"a":1}"#, row], [#"{"b":1}"#, #"{"a":1}"#, row]] {
            #expect(throws: RowJSONError.self) { try parse(rows) }
        }
    }
}
