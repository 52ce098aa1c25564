import Synchronization
import Testing

@testable import Vault

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

    @Test func workGoesOnWhileAResultIsDelivered() async throws {
        var elements = Array(0..<12).makeIterator()
        let done = Mutex(0)
        try await OrderedPipeline.run(
            width: 2, ahead: 6, next: { elements.next() }, work: { _ in done.withLock { $0 += 1 } },
            deliver: { element, _ in
                // What is fetched by now is worked on without this delivery's end.
                while done.withLock({ $0 }) < min(element + 8, 12) { await Task.yield() }
            })
        #expect(done.withLock { $0 } == 12)
    }

    @Test(arguments: [(2, 0), (1, 5), (3, 9)])
    func noMoreElementsAreFetchedThanAreAllowedAhead(width: Int, ahead: Int) async throws {
        var elements = Array(0..<40).makeIterator()
        var (fetched, delivered) = (0, 0)
        try await OrderedPipeline.run(
            width: width, ahead: ahead,
            next: {
                fetched += 1
                #expect(fetched - delivered <= width + ahead)
                return elements.next()
            }, work: { $0 },
            deliver: { element, _ in
                #expect(element == delivered)
                delivered += 1
            })
        #expect(delivered == 40)
    }

    @Test(arguments: [0, 1, 5, 20])
    func whatMayNotBeginAnyMoreIsDroppedFromThereOn(allowed: Int) async throws {
        var elements = Array(0..<20).makeIterator()
        let asked = Mutex(0)
        let worked = Mutex<[Int]>([])
        var delivered: [Int] = []
        try await OrderedPipeline.run(
            width: 3, ahead: 4, next: { elements.next() },
            mayBegin: {
                asked.withLock { asked in
                    asked += 1
                    // Whether it may again later is of no account.
                    return asked != allowed + 1
                }
            },
            work: { element in worked.withLock { $0.append(element) } },
            deliver: { element, _ in delivered.append(element) })
        #expect(delivered == Array(0..<min(allowed, 20)))
        #expect(worked.withLock { $0.sorted() } == delivered)
        #expect(asked.withLock { $0 } == min(allowed + 1, 20))
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

    @Test(arguments: [1, 10, 25, 1000])
    func whatIsUnderWayCostsNoMoreThanTheBudgetOrOneElement(budget: Int) async throws {
        var elements = (0..<60).map { $0 * 7 % 31 }.makeIterator()
        let costs = Mutex((now: 0, count: 0, isExceeded: false))
        var delivered = 0
        try await OrderedPipeline.run(
            width: 8, budget: budget, cost: { $0 }, next: { elements.next() },
            work: { cost in
                costs.withLock {
                    $0.now += cost
                    $0.count += 1
                    if $0.count > 1, $0.now > budget { $0.isExceeded = true }
                }
                for _ in 0..<cost { await Task.yield() }
                costs.withLock {
                    $0.now -= cost
                    $0.count -= 1
                }
            },
            deliver: { _, _ in delivered += 1 })
        #expect(delivered == 60)
        #expect(!costs.withLock { $0.isExceeded })
    }

    @Test func anErrorOfTheSourceIsThrownOn() async {
        struct Broken: Error {}
        var left = 3
        await #expect(throws: Broken.self) {
            try await OrderedPipeline.run(
                width: 2,
                next: { () throws -> Int? in
                    left -= 1
                    guard left > 0 else { throw Broken() }
                    return left
                },
                work: { $0 }, deliver: { _, _ in })
        }
    }
}
