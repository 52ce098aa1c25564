import Catalog
import Foundation
import Records
import StorageTime
import TestSupport
import Testing
import Vault

@testable import Snapshots

/// A late row in one window and a row gone from another, played out against counts alone.
@Suite struct LastCountsTests {
    /// The hours at which runs are made.
    static let schedules: [String: [Double]] = [
        "hourly": (1...24).map { Double($0) + 0.3 },
        "an outage from the second hour on": [1.3, 2.3] + (11...30).map { Double($0) + 0.3 },
        "an outage before the first run": (9...30).map { Double($0) + 0.3 },
        "two runs, and an outage": [3.3, 4.6] + (14...34).map { Double($0) + 0.3 },
    ]

    /// Windows of an hour from midnight on, of which the API counts what it holds.
    struct Play {
        static let recheck = 4.0
        static let midnight = Date(timeIntervalSince1970: 1_800_057_600)
        static let clock = StorageClock(timeZone: TimeZone(identifier: "UTC"))

        var real: [Int]
        var known: [Int?]
        var fetchedAt: [Date]
        var history: [RecheckRecord] = []
        var requests = 0

        init(windows: Int) {
            real = Array(repeating: 5, count: windows)
            known = Array(repeating: nil, count: windows)
            fetchedAt = Array(repeating: Self.midnight, count: windows)
        }

        static func window(_ hour: Int) throws -> Window {
            let start = clock.storageTime(at: midnight).advanced(by: hour * 3600)
            return try Window(from: start, to: start.advanced(by: 3600))
        }

        func number(of window: Window) throws -> Int {
            (window.from.seconds - (try Self.window(0)).from.seconds) / 3600
        }

        func plan(at now: Date) throws -> RecheckPlan {
            var windows: [WindowRecord] = []
            for (hour, total) in known.enumerated() {
                guard let total else { continue }
                windows.append(
                    WindowRecord(
                        facts: WindowFacts(
                            window: try Self.window(hour), state: .sealed, capturedAt: fetchedAt[hour], total: total),
                        path: "\(hour)"))
            }
            return RecheckPlan(
                known: RecheckPlan.known(windows, counted: history), counted: history,
                recheck: Seconds(Int(Self.recheck) * 3600), fetchesRows: false, clock: Self.clock, now: now)
        }

        mutating func run(at hour: Double) throws {
            let now = Self.midnight + hour * 3600
            let plan = try plan(at: now)
            for index in known.indices where known[index] == nil && Double(index) + 1.25 <= hour {
                try fetch(index, now)
            }
            var moved: [Int] = []
            for count in plan.counts { _ = try hasMoved(count, now, &moved) }
            for index in Set(moved) { try fetch(index, now) }
        }

        private mutating func fetch(_ index: Int, _ now: Date) throws {
            known[index] = real[index]
            fetchedAt[index] = now
        }

        private mutating func hasMoved(_ count: RecheckPlan.Count, _ now: Date, _ moved: inout [Int]) throws -> Bool {
            if try holds(count, now) { return false }
            if let (left, right) = count.halves {
                let isLeft = try hasMoved(left, now, &moved)
                let isRight = try hasMoved(right, now, &moved)
                return isLeft || isRight
            }
            moved += try count.windows.map { try number(of: $0.window) }
            return true
        }

        private mutating func holds(_ count: RecheckPlan.Count, _ now: Date) throws -> Bool {
            requests += 1
            let total = try count.windows.reduce(0) { $0 + real[try number(of: $1.window)] }
            guard total == count.expectedTotal, let range = count.range else { return false }
            history.removeAll { $0.range == range }
            history.append(
                RecheckRecord(
                    task: "t", source: .storageTime, host: "h", range: range, countedAt: now, total: total))
            return true
        }
    }

    @Test(arguments: Sampling.quick(1, of: schedules.keys.sorted()))
    func aLateRowIsFetchedWhateverWentElsewhere(_ name: String) throws {
        let runs = try #require(Self.schedules[name])
        let windows = 6
        let end = try #require(runs.last)
        for late in Sampling.some(3, of: 0..<windows) {
            // Hours after the window's start at which the row comes; within the recheck.
            for lateAt in stride(from: Double(late) + 1.4, through: Double(late) + 1 + Play.recheck, by: 1) {
                for gone in Sampling.some(1, of: (0..<windows).filter { $0 != late }, draw: UInt64(late)) {
                    for goneAt in stride(from: Double(gone) + 1.4, through: end - 8, by: 1) {
                        var play = Play(windows: windows)
                        for run in runs {
                            let last = runs.last { $0 < run } ?? 0
                            if last < lateAt, lateAt <= run { play.real[late] += 1 }
                            if last < goneAt, goneAt <= run { play.real[gone] -= 1 }
                            try play.run(at: run)
                        }
                        #expect(
                            play.known[late] == play.real[late],
                            "late in \(late) at \(lateAt), gone from \(gone) at \(goneAt)")
                    }
                }
            }
        }
    }

    /// Runs as frequent as windows need no count of their own for it; after an outage, a run asks for one more at most.
    @Test(arguments: schedules.keys.sorted())
    func tellingApartCostsNoRequestInTheUsualRun(_ name: String) throws {
        var play = Play(windows: 26)
        for run in try #require(Self.schedules[name]) {
            let before = play.requests
            try play.run(at: run)
            #expect(play.requests - before <= (name == "hourly" ? 1 : 2), "at \(run)")
        }
    }

    @Test func aWindowTakenAgainMakesAllItWasCountedWithOweAnew() throws {
        var play = Play(windows: 3)
        for run in [4.3, 9.3, 10.3, 11.3, 12.3] { try play.run(at: run) }
        #expect(try play.plan(at: Play.midnight + 13 * 3600).isEmpty)
        play.fetchedAt[1] = Play.midnight + 12.5 * 3600
        let plan = try play.plan(at: Play.midnight + 13 * 3600)
        // The first window was counted alone meanwhile.
        let last = try Play.window(2)
        #expect(plan.counts.map { $0.windows.map(\.window) } == [[last]])
    }

    /// Without a history nothing is known of counts: all are made once more, and owe nothing beyond.
    @Test func aHistoryThatIsGoneIsCountedAnew() throws {
        var play = Play(windows: 4)
        for run in [5.3, 10.3, 11.3, 12.3, 13.3] { try play.run(at: run) }
        play.history = []
        for run in [14.3, 15.3, 16.3, 17.3, 18.3] { try play.run(at: run) }
        #expect(try play.plan(at: Play.midnight + 19 * 3600).isEmpty)
    }

    @Test(arguments: [
        // A count of all, one more, what the third window is not told apart from then.
        (0..<6, 0..<4, 0..<3, 4..<4), (0..<6, 3..<6, 3..<3, 4..<6), (0..<6, 0..<3, 3..<3, 4..<6),
        (0..<6, 4..<6, 0..<3, 4..<4), (0..<6, 1..<2, 0..<3, 4..<6), (2..<6, 0..<3, 3..<3, 4..<6),
    ])
    func anotherCountTellsApart(first: Range<Int>, second: Range<Int>, before: Range<Int>, behind: Range<Int>) {
        let counts = LastCounts(
            windows: 6, counts: [.init(windows: first, at: 1), .init(windows: second, at: 2)],
            isLast: { $1 == 1 || $0 > 9 })
        #expect(counts.company[3]?.before.count ?? 0 == before.count)
        #expect(counts.company[3]?.behind.count ?? 0 == behind.count)
    }
}
