import StorageTime
import TestSupport
import Testing

@Suite struct WindowTests {
    private func window(_ from: Int, _ to: Int) throws -> Window {
        try Window(from: #require(StorageInstant(seconds: from)), to: #require(StorageInstant(seconds: to)))
    }

    @Test func anEmptyOrTurnedWindowIsRefused() throws {
        for (from, to) in [(5, 5), (6, 5)] {
            let error = #expect(throws: StorageTimeError.self) { try window(from, to) }
            #expect(error?.code == .emptyWindow)
            #expect(error?.message.contains("0001-01-01 00:00:05") == true)
        }
    }

    @Test func theEndBelongsToTheNextWindow() throws {
        let window = try window(10, 20)
        #expect(window.seconds == 10)
        for (second, isInside) in [(9, false), (10, true), (19, true), (20, false)] {
            let instant = try #require(StorageInstant(seconds: second))
            #expect(window.contains(instant) == isInside)
        }
    }

    @Test(arguments: [
        (0, 10, false, nil as ClosedRange<Int>?), (0, 11, true, 10...11), (12, 15, true, 12...15),
        (19, 30, true, 19...20), (20, 30, false, nil), (0, 40, true, 10...20),
    ])
    func overlapAndIntersectionAgree(from: Int, to: Int, overlaps: Bool, common: ClosedRange<Int>?) throws {
        let (one, other) = try (window(10, 20), window(from, to))
        #expect(one.overlaps(other) == overlaps && other.overlaps(one) == overlaps)
        let expected = try common.map { try window($0.lowerBound, $0.upperBound) }
        #expect(one.intersection(other) == expected && other.intersection(one) == expected)
        #expect(one.contains(other) == (expected == other))
    }

    @Test func aWindowIsCutOnlyStrictlyInside() throws {
        let window = try window(10, 20)
        let middle = try #require(StorageInstant(seconds: 13))
        let inside = try #require(window.split(at: middle))
        #expect(try [inside.0, inside.1] == [self.window(10, 13), self.window(13, 20)])
        for second in [9, 10, 20, 21] {
            let edge = try #require(StorageInstant(seconds: second))
            #expect(window.split(at: edge) == nil)
        }
    }

    @Test func slicesJoinOnTheGridWithoutGapOrOverlap() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let step = Int.random(in: 1...90, using: &random)
            let from = Int.random(in: 0...1000, using: &random)
            let window = try window(from, from + Int.random(in: 1...500, using: &random))
            let slices = Array(window.slices(onGridOf: step))
            #expect(slices.first?.from == window.from && slices.last?.to == window.to, "seed \(seed)")
            #expect(zip(slices, slices.dropFirst()).allSatisfy { $0.to == $1.from }, "seed \(seed)")
            #expect(slices.dropFirst().allSatisfy { $0.from.seconds % step == 0 }, "seed \(seed)")
            #expect(slices.allSatisfy { $0.seconds <= step }, "seed \(seed)")
            #expect(slices.count == window.sliceCount(onGridOf: step), "seed \(seed)")
        }
    }

    @Test func weeksBeginOnMondays() throws {
        let from = try StorageInstant(parsing: "2026-11-18")
        let slices = Array(
            try Window(from: from, to: StorageInstant(parsing: "2026-12-01")).slices(onGridOf: 604_800))
        #expect(slices.map(\.from.dateText) == ["2026-11-18", "2026-11-23", "2026-11-30"])
    }

    @Test func theLastSliceEndsAtTheEndOfTime() throws {
        let window = try Window(from: StorageInstant.latest.advanced(by: -100), to: .latest)
        #expect(Array(window.slices(onGridOf: 86_400)) == [window])
        #expect(Array(window.slices(onGridOf: .max)) == [window])
    }

    @Test func windowsSortByStartThenEnd() throws {
        let sorted = try [window(1, 3), window(1, 4), window(2, 3)]
        #expect(sorted.reversed().sorted() == sorted)
        #expect(sorted[0].description == "0001-01-01 00:00:01 to 0001-01-01 00:00:03")
    }
}
