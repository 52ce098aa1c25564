import NIOCore
import Testing

@testable import Sandbox

@Suite struct PageCacheTests {
    private let page = ByteBuffer(repeating: 0x78, count: 1024)

    private func key(_ number: Int, version: UInt64 = 1) -> PageCache.Key {
        PageCache.Key(
            task: 0, version: version, rows: number..<number + 1, total: 9, totalsAsText: false, isCompressed: false)
    }

    @Test func itNeverHoldsMoreThanItsCapacityAndChangesSlowlyOnceFull() {
        var cache = PageCache(capacity: 8 * page.storageCapacity)
        for number in 0..<8 { cache.keep(page, for: key(number)) }
        #expect((0..<8).allSatisfy { cache.page(key($0)) == page })
        for number in 8..<5000 {
            cache.keep(page, for: key(number))
            #expect(cache.bytes <= cache.capacity)
        }
        let kept = (0..<5000).filter { cache.page(key($0)) != nil }
        #expect(kept.count == 8)
        #expect(kept.allSatisfy { $0 >= 4900 })
    }

    @Test func readingInACircleThatDoesNotFitStillFindsPages() {
        var cache = PageCache(capacity: 50 * page.storageCapacity)
        var found = 0
        for number in 0..<1000 {
            if cache.page(key(number % 100)) != nil { found += 1 } else { cache.keep(page, for: key(number % 100)) }
        }
        #expect(found > 200)
    }

    @Test func aPageOfAnotherVersionIsNotFound() {
        var cache = PageCache(capacity: 1 << 20)
        cache.keep(page, for: key(1))
        #expect(cache.page(key(1, version: 2)) == nil)
        #expect(cache.page(key(2)) == nil)
    }

    @Test func withoutCapacityNothingIsKept() {
        var cache = PageCache(capacity: 0)
        cache.keep(page, for: key(1))
        #expect(cache.page(key(1)) == nil)
    }
}
