import Synchronization
import Testing

@testable import Snapshots

@Suite struct OrderedPipelineTests {
    @Test(arguments: [1, 2, 7, 100])
    func resultsComeInTheElementsOrderAndAtMostWidthAreUnderWay(width: Int) async throws {
        var elements = Array(0..<50).makeIterator()
        let running = Mutex((now: 0, most: 0))
        var delivered: [Int] = []
        try await OrderedPipeline.run(
            width: width, next: { elements.next() },
            work: { element in
                running.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
                for _ in 0..<(50 - element) { await Task.yield() }
                running.withLock { $0.now -= 1 }
                return element * 2
            },
            deliver: { element, result in
                #expect(result == element * 2)
                delivered.append(element)
            })
        #expect(delivered == Array(0..<50))
        #expect(running.withLock { $0.most } <= width)
    }

    @Test func anErrorStopsTheRestAndAbandonsWhatWasNotDelivered() async throws {
        struct Failure: Error {}
        var elements = Array(0..<20).makeIterator()
        var seen: [Int] = []
        await #expect(throws: Failure.self) {
            try await OrderedPipeline.run(
                width: 4, next: { elements.next() }, work: { $0 },
                deliver: { element, _ in
                    if element == 3 { throw Failure() }
                    seen.append(element)
                },
                abandon: { seen.append($0) })
        }
        #expect(seen.prefix(3) == [0, 1, 2])
        #expect(Set(seen).count == seen.count, "no result is delivered and abandoned")
        #expect(seen.count <= 7)
    }
}
