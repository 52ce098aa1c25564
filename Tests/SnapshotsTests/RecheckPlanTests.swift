import Foundation
import Records
import StorageTime
import Testing

@testable import Snapshots

@Suite struct RecheckPlanTests {
    /// Noon, in a zone without offset.
    static let now = Date(
        timeIntervalSince1970: 1_700_000_000 - 1_700_000_000.truncatingRemainder(dividingBy: 86_400) + 43_200)
    static let clock = StorageClock(timeZone: TimeZone(identifier: "UTC"))

    /// A window of an hour that ended `age` ago and was last counted when it was `counted` old.
    static func known(age: Int, counted: Int, fetched: Int? = nil, total: Int = 10, edgeRows: Int = 0) throws
        -> RecheckPlan.Known
    {
        let end = clock.storageTime(at: now).advanced(by: -age)
        return RecheckPlan.Known(
            window: try Window(from: end.advanced(by: -3600), to: end), total: total, edgeRows: edgeRows,
            fetchedAt: now.addingTimeInterval(Double((fetched ?? counted) - age)),
            countedAt: now.addingTimeInterval(Double(counted - age)))
    }

    static func plan(_ known: [RecheckPlan.Known], recheck: Int = 48 * 3600, rows: Bool = false, longest: Int = 256)
        -> RecheckPlan
    {
        RecheckPlan(
            known: known.sorted { $0.window < $1.window }, recheck: Seconds(recheck), fetchesRows: rows, clock: clock,
            now: now, longest: longest)
    }

    @Test(arguments: [
        // age, age when last counted, whether it is due; in minutes
        (14, 0, false), (15, 0, true), (15, 15, false), (59, 15, false), (60, 15, true), (60, 59, true),
        (239, 60, false), (240, 239, true), (719, 240, false), (720, 300, true), (1439, 720, false),
        (1440, 720, true), (2879, 1440, false), (2880, 1440, true), (2880, 2879, true), (2881, 2880, false),
        // Owed at the end however late.
        (500_000, 1440, true), (500_000, 2879, true), (500_000, 2880, false), (500_000, 0, true),
        // Counted while the clock was ahead.
        (15, 5000, false),
    ])
    func aWindowIsCountedAtWideningAgesAndOnceAtTheEnd(age: Int, counted: Int, isDue: Bool) throws {
        let plan = Self.plan([try Self.known(age: age * 60, counted: counted * 60)])
        #expect(plan.counts.count == (isDue ? 1 : 0))
        #expect(plan.fetches.isEmpty)
    }

    @Test(arguments: [
        (0, []), (600, [600]), (900, [900]), (3600, [900, 3600]), (86_400, [900, 3600, 14_400, 43_200, 86_400]),
        (7 * 86_400, [900, 3600, 14_400, 43_200, 86_400, 172_800, 345_600, 604_800]),
    ])
    func agesWidenUpToRecheckAndEndWithIt(recheck: Int, ages: [Int]) {
        #expect(RecheckPlan.ages(upTo: Seconds(recheck)) == ages)
    }

    @Test func theLastTimeIsAFetchWhereRowsAreWanted() throws {
        let known = [
            try Self.known(age: 50 * 3600, counted: 86_400), try Self.known(age: 4 * 3600, counted: 3600),
        ]
        let plan = Self.plan(known, rows: true)
        #expect(plan.fetches == [known[0]])
        #expect(plan.counts.map(\.windows) == [[known[1]]])
    }

    @Test func aCountMadeAtTheLastAgeIsNoFetch() throws {
        // A zone set right meanwhile makes a count older than it was meant to be.
        let known = try Self.known(age: 60 * 3600, counted: 55 * 3600, fetched: 3600)
        #expect(Self.plan([known], rows: true).fetches == [known])
        #expect(Self.plan([known]).isEmpty)
    }

    @Test func oneCountEnclosesJoiningWindowsAndThoseBetweenThem() throws {
        // Hour by hour; every sixth is due.
        let known = try (1...40).map { try Self.known(age: $0 * 3600, counted: $0 % 6 == 0 ? 0 : $0 * 3600) }
        let plan = Self.plan(known)
        #expect(plan.counts.count == 1)
        let count = try #require(plan.counts.first)
        #expect(count.windows.count == 31)
        #expect(count.range?.seconds == 31 * 3600)
        #expect(count.windows.first?.window == known[35].window)
        #expect(count.windows.last?.window == known[5].window)
    }

    @Test func aGapEndsAnEnclosingCount() throws {
        let known = try [1, 2, 4, 5].map { try Self.known(age: $0 * 3600, counted: 0) }
        #expect(Self.plan(known).counts.map(\.windows.count) == [2, 2])
    }

    @Test func noCountEnclosesMoreThanTheLongest() throws {
        let known = try (1...40).map { try Self.known(age: $0 * 3600, counted: 0) }
        let plan = Self.plan(known, longest: 16)
        #expect(plan.counts.map(\.windows.count) == [16, 16, 8])
    }

    @Test func halvesHoldTheSameWindowsDownToOne() throws {
        let known = try (1...7).map { try Self.known(age: $0 * 3600, counted: 0) }
        let whole = try #require(Self.plan(known).counts.first)
        func leaves(_ count: RecheckPlan.Count) -> [Window] {
            guard let (left, right) = count.halves else { return count.windows.map(\.window) }
            return leaves(left) + leaves(right)
        }
        #expect(leaves(whole) == whole.windows.map(\.window))
    }

    @Test func anEnclosingCountExpectsEachWindowsOwnRowsAndTheLastEdge() throws {
        let known = [
            try Self.known(age: 7200, counted: 0, total: 10, edgeRows: 2),
            try Self.known(age: 3600, counted: 0, total: 5, edgeRows: 1),
        ]
        #expect(Self.plan(known).counts.first?.expectedTotal == 13)
    }

    @Test func aCountOfARangeTellsOfTheWindowsInsideIt() throws {
        let windows = try (1...4).map { try Self.known(age: $0 * 3600, counted: 0).window }.sorted()
        let records = windows.map { Self.record($0) }
        let later = Self.now.addingTimeInterval(-60)
        let known = RecheckPlan.known(
            records, counted: [Self.count(try Window(from: windows[1].from, to: windows[2].to), at: later)])
        #expect(known.map { $0.countedAt == later } == [false, true, true, false])
    }

    @Test func nothingIsCountedWhereRecheckIsZero() throws {
        #expect(Self.plan([try Self.known(age: 50_000, counted: 0)], recheck: 0).isEmpty)
    }
}
