import Archive
import StorageTime
import TestSupport
import Testing

@testable import Snapshots

@Suite struct ShardPlanTests {
    private static func plan(_ tasks: Int, _ range: Window, _ step: Int) throws -> ShardPlan {
        try #require(ShardPlan(tasks: (0..<tasks).map { try TaskID("t\($0)") }, range: range, step: Seconds(step)))
    }

    /// Every window of every task is in one share, in order, whatever the grid and the ends of the range.
    @Test func theSharesTogetherAreTheRangeOnceAndInOrder() throws {
        let seed = UInt64.random(in: 1...UInt64.max)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let from = StorageInstant.earliest.advanced(by: Int.random(in: 0...4_000_000, using: &random))
            let range = try Window(from: from, to: from.advanced(by: Int.random(in: 1...400_000, using: &random)))
            let step = [1, 7, 900, 3600, 86_400, 500_000].randomElement(using: &random) ?? 1
            guard range.sliceCount(onGridOf: step) < 20_000 else { continue }
            let plan = try Self.plan(Int.random(in: 1...4, using: &random), range, step)
            let count = Int.random(in: 1...12, using: &random)
            let shards = (1...count).compactMap { ShardNumber($0, of: count).map(plan.shard) }
            let sizes = shards.map(\.windows)
            #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1, "seed \(seed)")
            #expect(sizes.reduce(0, +) == plan.windows, "seed \(seed)")
            let dealt = shards.flatMap { shard in
                shard.stretches.flatMap { stretch in
                    stretch.window.slices(onGridOf: step).map { (stretch.task.text, $0) }
                }
            }
            let all = plan.tasks.flatMap { task in range.slices(onGridOf: step).map { (task.text, $0) } }
            #expect(dealt.elementsEqual(all, by: ==), "seed \(seed)")
            #expect(shards.allSatisfy { $0.stretches.allSatisfy { $0.windows > 0 } }, "seed \(seed)")
        }
    }

    /// Ten thousand tasks and ten years by the hour are planned without going through 876 million windows.
    @Test func aDealOfHundredsOfMillionsOfWindowsIsArithmetic() throws {
        let range = try Window(
            from: StorageInstant(parsing: "2016-01-01"), to: StorageInstant(parsing: "2026-01-01"))
        let plan = try Self.plan(10_000, range, 3600)
        #expect(plan.windows == 876_720_000)
        let number = try #require(ShardNumber(1000, of: 1000))
        let last = plan.shard(number)
        #expect(last.stretches.count == 10)
        #expect(last.windows == 876_720)
        #expect(last.stretches.last?.window.to == range.to)
        let due = plan.due(of: last.stretches[0], covered: WindowSet(), closedUntil: range.to)
        #expect(due == 87_672)
    }

    @Test func dueAreTheClosedWindowsThatAreNotWhollyCovered() throws {
        let day = try StorageInstant(parsing: "2026-01-01")
        let range = try Window(from: day.advanced(by: 1800), to: day.advanced(by: 10 * 3600))
        let plan = try Self.plan(1, range, 3600)
        let stretch = plan.shard(try #require(ShardNumber(1, of: 1))).stretches[0]
        let covered = WindowSet([
            try Window(from: day.advanced(by: 3600), to: day.advanced(by: 2 * 3600)),
            try Window(from: day.advanced(by: 3 * 3600 + 60), to: day.advanced(by: 3 * 3600 + 120)),
        ])
        #expect(plan.due(of: stretch, covered: covered, closedUntil: range.to) == 9)
        #expect(plan.due(of: stretch, covered: covered, closedUntil: day.advanced(by: 4 * 3600 + 59)) == 3)
        #expect(plan.due(of: stretch, covered: WindowSet([range]), closedUntil: range.to) == 0)
        #expect(plan.due(of: stretch, covered: covered, closedUntil: day) == 0)
    }

    @Test(arguments: ["0/8", "9/8", "1/0", "-1/8", "1/1000001", "8", "1/2/3", "a/b", "", "/", "+1/8", " 1/8"])
    func whatIsNoShareIsRefused(text: String) {
        #expect(ShardNumber(parsing: text) == nil)
    }

    @Test func moreSharesThanWindowsLeaveSomeEmpty() throws {
        let day = try StorageInstant(parsing: "2026-01-01")
        let plan = try Self.plan(1, Window(from: day, to: day.advanced(by: 7200)), 3600)
        let sizes = (1...5).compactMap { ShardNumber($0, of: 5).map { plan.shard($0).windows } }
        #expect(sizes.reduce(0, +) == 2)
        #expect(sizes.allSatisfy { $0 <= 1 })
    }
}
