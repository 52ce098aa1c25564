import Catalog
import Foundation
import Jobs
import Records
import StorageTime
import TestSupport
import Testing
import Vault

@testable import Snapshots

extension RecheckPlanTests {
    static func record(_ window: Window, total: Int = 10) -> WindowRecord {
        WindowRecord(
            facts: WindowFacts(
                window: window, state: .sealed, capturedAt: now.addingTimeInterval(-6 * 3600), total: total, rows: total
            ),
            path: "m.json")
    }

    static func count(_ range: Window, at instant: Date) -> RecheckRecord {
        RecheckRecord(
            task: "t", source: .storageTime, host: "h", range: range, countedAt: instant, total: 20)
    }
}

@Suite struct RunPlanTests {
    typealias Fixture = RecheckPlanTests
    /// Noon; with a settling time of a quarter of an hour, the last closed hour ends at eleven.
    static let rules = TakingRules(window: Seconds(3600), settle: Seconds(900), recheck: Seconds(0))

    /// Hours of the day as a window, such as `9-11`.
    static func hours(_ text: String) throws -> Window {
        let dash = text.dropFirst().firstIndex(of: "-") ?? text.endIndex
        let parts = [text[..<dash], text[dash...].dropFirst()].compactMap { Double($0) }
        let day = Fixture.clock.storageTime(at: Fixture.now).advanced(by: -43_200)
        return try Window(from: day.advanced(by: Int(parts[0] * 3600)), to: day.advanced(by: Int(parts[1] * 3600)))
    }

    static func text(_ windows: [Window]) -> String {
        let day = Fixture.clock.storageTime(at: Fixture.now).advanced(by: -43_200)
        func hour(_ instant: StorageInstant) -> String {
            let hours = Double(instant.seconds - day.seconds) / 3600
            return hours == hours.rounded() ? String(Int(hours)) : String(hours)
        }
        return windows.map { "\(hour($0.from))-\(hour($0.to))" }.joined(separator: " ")
    }

    static func coverage(
        _ covered: [String], premature: [String] = [], damaged: [String] = [], settle: Seconds = Seconds(900)
    ) throws -> Coverage {
        var coverage = Coverage(openFrom: Fixture.clock.closedUntil(now: Fixture.now, settle: settle))
        coverage.windows = try covered.map { Fixture.record(try hours($0)) }
        coverage.premature = try premature.map { Fixture.record(try hours($0)) }
        coverage.damaged = try damaged.map { try hours($0) }
        coverage.covered = WindowSet(coverage.windows.map(\.window))
        return coverage
    }

    struct Row: Sendable, CustomTestStringConvertible {
        var name: String
        var start: String?
        var covered: [String] = []
        var premature: [String] = []
        var damaged: [String] = []
        var attempted: [String] = []
        /// Hours before noon.
        var firstRun: Double?
        var limit = Int.max
        var expected: String
        var hasMore = false

        var testDescription: String { name }
    }

    static let table = [
        Row(name: "a first run takes the last closed window", expected: "10-11"),
        Row(name: "what the first run could not take stays due", firstRun: 3, expected: "7-8 8-9 9-10 10-11"),
        Row(name: "a clock that was ahead at the first run", firstRun: -5, expected: "10-11"),
        Row(name: "from start", start: "8-9", expected: "8-9 9-10 10-11"),
        Row(name: "a start off the grid gives a short first window", start: "8.5-9", expected: "8.5-9 9-10 10-11"),
        Row(name: "a start still to come", start: "14-15", expected: ""),
        Row(name: "nothing where all is covered", start: "8-9", covered: ["8-9", "9-10", "10-11"], expected: ""),
        Row(
            name: "an outage is caught up, oldest first", covered: ["1-2"], firstRun: 2,
            expected: "2-3 3-4 4-5 5-6 6-7 7-8 8-9 9-10 10-11"),
        Row(name: "a failed window in the middle", start: "7-8", covered: ["7-8", "9-10"], expected: "8-9 10-11"),
        Row(name: "before start nothing is due", start: "9-10", covered: ["1-2"], expected: "9-10 10-11"),
        Row(name: "other lengths fill to the grid", covered: ["6-8.5"], expected: "8.5-9 9-10 10-11"),
        Row(
            name: "premature and damaged ones as they are, in order", start: "8-9", covered: ["9-10"],
            premature: ["8-8.5"], damaged: ["10.5-10.75"], expected: "8-8.5 8.5-9 10-10.5 10.5-10.75 10.75-11"),
        Row(name: "premature ones that are not closed wait", covered: ["9-11"], premature: ["11-12"], expected: ""),
        Row(
            name: "not twice in a run", start: "7-8", damaged: ["7-8"], attempted: ["7-8", "9-10"],
            expected: "8-9 10-11"),
        Row(name: "as many as are wanted", start: "1-2", limit: 3, expected: "1-2 2-3 3-4", hasMore: true),
        Row(name: "as many as there are", start: "8-9", limit: 3, expected: "8-9 9-10 10-11"),
    ]

    @Test(arguments: table)
    func dueWorkIsUncoveredClosedTimeOnTheGrid(row: Row) throws {
        var rules = Self.rules
        rules.start = try row.start.map { try Self.hours($0).from }
        let plan = RunPlan(
            rules: rules, firstRunAt: row.firstRun.map { Fixture.now.addingTimeInterval(-$0 * 3600) },
            coverage: try Self.coverage(row.covered, premature: row.premature, damaged: row.damaged),
            attempted: WindowSet(try row.attempted.map { try Self.hours($0) }), clock: Fixture.clock, now: Fixture.now,
            limit: row.limit)
        #expect(Self.text(plan.windows) == row.expected)
        #expect(plan.hasMore == row.hasMore)
        #expect(plan.recheck.isEmpty)
    }

    @Test func aWeekOfOutageIsOnePlan() throws {
        var rules = Self.rules
        rules.recheck = Seconds(48 * 3600)
        let plan = RunPlan(
            rules: rules, firstRunAt: nil,
            coverage: try Self.coverage(["-170--169", "-169--168"]), clock: Fixture.clock, now: Fixture.now)
        #expect(plan.windows.count == 168 + 11)
        #expect(plan.windows.first == (try Self.hours("-168--167")))
    }
}
