import RowJSON
import Testing

@Suite struct RowBlockTests {
    private func rows(_ block: RowBlock) -> [String] {
        var rows: [String] = []
        block.forEachRow { rows.append(String(decoding: $0, as: UTF8.self)) }
        return rows
    }

    private func block(_ rows: [String]) -> RowBlock {
        var block = RowBlock()
        for row in rows { Array(row.utf8).withUnsafeBytes { block.append(row: $0) } }
        return block
    }

    @Test(arguments: [
        ("", []), ("{}\n", ["{}"]), ("{}", ["{}"]), ("{\"a\":1}\n{}\n", ["{\"a\":1}", "{}"]),
        ("{}\n\n{}", ["{}", "", "{}"]), ("\n", [""]),
    ])
    func ndjsonSplitsAtNewlines(text: String, expected: [String]) {
        let block = RowBlock(ndjson: Array(text.utf8))
        #expect(rows(block) == expected)
        #expect(block.count == expected.count)
        #expect(block.bytes == Array(expected.map { $0 + "\n" }.joined().utf8))
    }

    @Test func rowsAppendedAreTheNDJSONOfThem() {
        let appended = block(["{\"a\":1}", "{}"])
        #expect(appended == RowBlock(ndjson: Array("{\"a\":1}\n{}\n".utf8)))
        #expect(appended.withRow(1) { $0.count } == 2)
    }

    @Test func blocksJoinInOrder() {
        var joined = block(["{\"a\":1}"])
        joined.append(contentsOf: block([]))
        joined.append(contentsOf: block(["{\"b\":2}", "{\"c\":3}"]))
        #expect(joined == block(["{\"a\":1}", "{\"b\":2}", "{\"c\":3}"]))
        #expect(joined.withRow(2) { String(decoding: $0, as: UTF8.self) } == "{\"c\":3}")
    }

    @Test(arguments: [[], [0], [4], [1, 2], [0, 1, 2, 3, 4], [0, 2, 4]])
    func removingLeavesTheOthersInOrder(indices: [Int]) {
        let all = (0..<5).map { "{\"n\":\($0)}" }
        let kept = all.indices.filter { !indices.contains($0) }.map { all[$0] }
        #expect(block(all).removing(rowsAt: indices) == block(kept))
    }

    @Test(arguments: [0..<0, 0..<5, 1..<3, 4..<5, 5..<5])
    func slicesAreTheRowsOfTheirRange(range: Range<Int>) {
        let all = (0..<5).map { "{\"n\":\($0)}" }
        #expect(block(all).slice(range) == block(Array(all[range])))
    }
}
