import TestSupport
import Testing

@testable import OctoparseAPI

struct TokenBucketTests {
    private func waits(_ bucket: inout TokenBucket, _ count: Int, at now: Duration) -> [Duration] {
        (0..<count).map { _ in bucket.reserve(at: now) }
    }

    @Test func aBurstGoesAtOnceAndTheRestAtTheRate() {
        var bucket = TokenBucket(rate: 4, burst: 3)
        let milliseconds = [0, 0, 0, 250, 500, 750]
        #expect(waits(&bucket, 6, at: .zero) == milliseconds.map { .milliseconds($0) })
    }

    @Test func aPauseRefillsTheBurstAndNoMore() {
        var bucket = TokenBucket(rate: 10, burst: 2)
        _ = waits(&bucket, 5, at: .zero)
        let milliseconds = [0, 0, 100, 200]
        #expect(waits(&bucket, 4, at: .seconds(3600)) == milliseconds.map { .milliseconds($0) })
    }

    @Test func zeroIsNoLimit() {
        var bucket = TokenBucket(rate: 0, burst: 1)
        #expect(waits(&bucket, 1000, at: .seconds(1)).allSatisfy { $0 == .zero })
    }

    @Test(arguments: [0.0, 4.0])
    func aHoldKeepsAllBackAndThenPacesThem(rate: Double) {
        var bucket = TokenBucket(rate: rate, burst: 5)
        bucket.hold(until: .seconds(10))
        let step: Duration = rate == 0 ? .zero : .milliseconds(250)
        #expect(waits(&bucket, 3, at: .seconds(4)) == (0..<3).map { .seconds(6) + step * $0 })
    }

    @Test func anEarlierHoldShortensNothing() {
        var bucket = TokenBucket(rate: 0, burst: 1)
        bucket.hold(until: .seconds(10))
        bucket.hold(until: .seconds(3))
        #expect(bucket.reserve(at: .zero) == .seconds(10))
    }

    /// In every span of time, at most `burst + rate · span` requests go, and in order.
    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func noSpanOfTimeHoldsMoreThanItsShare(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let rate = Double(Int.random(in: 1...20, using: &random))
        let burst = Int.random(in: 1...8, using: &random)
        var bucket = TokenBucket(rate: rate, burst: burst)
        var now = Duration.zero
        var starts: [Duration] = []
        for _ in 0..<300 {
            now += .milliseconds(Int.random(in: 0...120, using: &random))
            starts.append(now + bucket.reserve(at: now))
        }
        #expect(starts == starts.sorted(), "seed \(seed)")
        for first in starts.indices {
            for last in first..<starts.count {
                let span = (starts[last] - starts[first]) / .seconds(1)
                let allowed = Double(burst) + rate * span + 1e-6
                guard Double(last - first + 1) > allowed else { continue }
                Issue.record("seed \(seed): \(last - first + 1) requests in \(span) s")
                return
            }
        }
    }
}
