import RowJSON
import TestSupport
import Testing

@testable import Snapshots

@Suite struct EdgeRowsTests {
    @Test(arguments: [
        (["{\"a\":1}", "{\"a\":2}", "{\"a\":1}"], ["{\"a\":1}"], ["{\"a\":2}", "{\"a\":1}"]),
        (["{\"a\":1}", "{\"a\":1}"], ["{\"a\":1}", "{\"a\":1}"], []),
        (["{\"a\":1}"], [], ["{\"a\":1}"]),
        // The same value in other bytes: only where no row has the edge row's own bytes.
        (["{\"a\":1,\"b\":2}", "{\"c\":3}"], ["{\"b\":2,\"a\":1}"], ["{\"c\":3}"]),
        (["{\"b\":2,\"a\":1}", "{\"a\":1,\"b\":2}"], ["{\"a\":1,\"b\":2}"], ["{\"b\":2,\"a\":1}"]),
    ])
    func edgeRowsAreTakenOutAsAMultiset(rows: [String], edge: [String], left: [String]) throws {
        let removed = try EdgeRows(rows: block(edge)).removed(from: block(rows))
        #expect(removed.map(lines) == left)
    }

    @Test(arguments: Sampling.quick(30, of: UInt64(1)...200))
    func ofManyRowsThoseAtTheEdgeAreTakenOutAndNoOther(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let rows = (0..<200).map { _ in
            let text = String(repeating: "x", count: Int.random(in: 0...3, using: &generator))
            return "{\"n\":\(Int.random(in: 0..<60, using: &generator)),\"text\":\"\(text)\"}"
        }
        let edge = Array(rows.shuffled(using: &generator).prefix(Int.random(in: 1...40, using: &generator)))
        let removed = try #require(try EdgeRows(rows: block(edge)).removed(from: block(rows)))
        #expect((lines(removed) + edge).sorted() == rows.sorted())
    }

    @Test func anEdgeRowThatIsNotInTheAnswerMeansThatSomethingMoved() throws {
        #expect(try EdgeRows(rows: block(["{\"a\":9}"])).removed(from: block(["{\"a\":1}"])) == nil)
        #expect(try EdgeRows(rows: block(["{\"a\":1}", "{\"a\":1}"])).removed(from: block(["{\"a\":1}"])) == nil)
    }
}

func block(_ rows: [String]) -> RowBlock {
    RowBlock(ndjson: Array(rows.map { $0 + "\n" }.joined().utf8))
}

func lines(_ block: RowBlock) -> [String] {
    (0..<block.count).map { index in block.withRow(index) { String(decoding: $0, as: UTF8.self) } }
}
