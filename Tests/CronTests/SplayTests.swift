import Cron
import Foundation
import TestSupport
import Testing

/// 2025-12-31T23:59:59Z.
private let start = Date(timeIntervalSince1970: 1_767_225_599)

/// The first firings of `text` from the start of 2026, which is a Thursday.
private func firings(_ text: String, job: String, count: Int = 1) throws -> [Date] {
    try Array(CronExpression(text, jobName: job).firings(after: start).prefix(count))
}

/// Pinned: another hash would move every job that uses `H`.
@Test(arguments: [
    ("H * * * *", "flights", "2026-01-01T00:03:00Z"), ("H H * * *", "flights", "2026-01-01T11:03:00Z"),
    ("H H * * *", "hotels", "2026-01-01T02:17:00Z"), ("H(0-29) * * * *", "hotels", "2026-01-01T00:17:00Z"),
    ("H/15 * * * *", "hotels", "2026-01-01T00:02:00Z"), ("H H H * *", "flights", "2026-01-08T11:03:00Z"),
    ("H H * * H", "flights", "2026-01-06T11:03:00Z"), ("H H H H *", "flights", "2026-12-08T11:03:00Z"),
    ("H H H * * *", "", "2026-01-01T12:28:18Z"),
])
func aJobKeepsItsPlace(text: String, job: String, first: String) throws {
    #expect(try firings(text, job: job) == [Date(first, strategy: .iso8601)])
}

@Test(arguments: [
    ("H * * * *", 0...59), ("H(0-29) * * * *", 0...29), ("H(10-10) * * * *", 10...10), ("H(40-49) * * * *", 40...49),
])
func aSplayStaysInItsRangeAndUsesAllOfIt(text: String, range: ClosedRange<Int>) throws {
    var seen: Set<Int> = []
    for index in 0..<Sampling.quick(600, else: 1500) {
        let date = try #require(firings(text, job: "job-\(index)").first)
        seen.insert(Int(date.timeIntervalSince1970) % 3600 / 60)
    }
    #expect(seen == Set(range))
}

@Test func jobsSpreadEvenlyOverTheHour() throws {
    var counts = [Int](repeating: 0, count: 60)
    let jobs = Sampling.quick(1500, else: 6000)
    for index in 0..<jobs {
        let date = try #require(firings("H * * * *", job: "task-\(index)").first)
        counts[Int(date.timeIntervalSince1970) % 3600 / 60] += 1
    }
    // 100 a minute on average, of which five standard deviations are 50.
    let average = Double(jobs) / 60
    let deviations = 5 * average.squareRoot()
    #expect(counts.allSatisfy { abs(Double($0) - average) <= deviations }, "\(counts)")
}

@Test func aRangeAroundTheEndIsSplayedToo() throws {
    var hours: Set<Int> = []
    for index in 0..<200 {
        let date = try #require(firings("0 H(22-2) * * *", job: "job-\(index)").first)
        hours.insert(Int(date.timeIntervalSince1970) % 86_400 / 3600)
    }
    #expect(hours == [22, 23, 0, 1, 2])
}

@Test(arguments: [("H/15 * * * *", 15, 4), ("H(0-29)/10 * * * *", 10, 3), ("H/7 * * * *", 7, 8)])
func aSteppedSplayBeginsBelowItsStep(text: String, step: Int, atLeast: Int) throws {
    for index in 0..<100 {
        let minutes = try firings(text, job: "job-\(index)", count: 12).filter {
            $0.timeIntervalSince1970 < 1_767_229_200
        }
        .map { Int($0.timeIntervalSince1970) % 3600 / 60 }
        let first = try #require(minutes.first)
        #expect(first < step && minutes.count >= atLeast)
        #expect(minutes == minutes.indices.map { first + $0 * step })
    }
}

@Test func aSplayedDayComesEveryMonth() throws {
    for index in 0..<300 {
        let days = try firings("0 0 H * *", job: "job-\(index)", count: 12)
        #expect(Set(days.map { Calendar(identifier: .gregorian).component(.month, from: $0) }).count == 12)
    }
}

@Test func twoSplaysInAFieldAreDrawnApart() throws {
    var pairs = 0
    for index in 0..<100 {
        let dates = try firings("H,H * * * *", job: "job-\(index)", count: 2)
        pairs += dates[1].timeIntervalSince(dates[0]) < 3600 ? 1 : 0
    }
    #expect(pairs > 80)
}

@Test func aSplayedHourIsAFixedHour() throws {
    // Drawn from one value, so that it falls into the skipped hour.
    let berlin = try #require(TimeZone(identifier: "Europe/Berlin"))
    let expression = try CronExpression("30 H(2-2) * * *", jobName: "any", timeZone: berlin)
    let before = try Date("2026-03-28T12:00:00Z", strategy: .iso8601)
    #expect(try expression.next(after: before) == Date("2026-03-29T01:00:00Z", strategy: .iso8601))
}
