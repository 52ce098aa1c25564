import Cron
import Foundation
import Testing

@testable import Scheduler

@Suite struct CronExpressionPastTests {
    private static func instant(_ text: String) throws -> Date { try Date(text, strategy: .iso8601) }

    @Test(arguments: [
        ("7 * * * *", "2026-11-23T10:07:00Z", "2026-11-23T09:07:00Z"),
        ("7 * * * *", "2026-11-23T10:07:01Z", "2026-11-23T10:07:00Z"),
        ("* * * * * *", "2026-11-23T10:07:00Z", "2026-11-23T10:06:59Z"),
        ("0 0 29 2 *", "2026-11-23T10:07:00Z", "2024-02-29T00:00:00Z"),
        ("0 0 1 1 *", "1970-01-02T00:00:00Z", "1970-01-01T00:00:00Z"),
        ("@every 90m", "2026-11-23T10:30:00Z", "2026-11-23T09:00:00Z"),
    ])
    func thePreviousFiringIsTheLastOneBefore(expression: String, date: String, previous: String) throws {
        let schedule = try CronExpression(expression)
        #expect(try schedule.previousFiring(before: Self.instant(date)) == Self.instant(previous))
    }

    @Test func aFractionOfASecondAfterAFiringIsAfterIt() throws {
        let firing = try Self.instant("2026-11-23T10:07:00Z")
        #expect(try CronExpression("7 * * * *").previousFiring(before: firing.addingTimeInterval(0.25)) == firing)
    }

    @Test func beforeTheFirstFiringThereIsNone() throws {
        let epoch = Date(timeIntervalSince1970: 0)
        #expect(try CronExpression("0 0 1 1 *").previousFiring(before: epoch) == nil)
        #expect(try CronExpression("0 0 2 1 *").previousFiring(before: epoch.addingTimeInterval(86_400)) == nil)
    }

    /// Going back from any moment and forth again crosses no other firing.
    @Test(arguments: 1..<41 as Range<UInt64>)
    func noFiringLiesBetweenThePreviousOneAndTheMoment(seed: UInt64) throws {
        let schedules = ["H * * * *", "*/7 3-9 * * MON-FRI", "30 2 * * *", "0 0 L * *", "15 10 * * * *"]
        let zone = try #require(TimeZone(identifier: "Europe/Berlin"))
        let schedule = try CronExpression(schedules[Int(seed) % schedules.count], jobName: "job", timeZone: zone)
        let moment = Date(timeIntervalSince1970: Double((seed &* 0x9E37_79B9_7F4A_7C15) % 4_000_000_000))
        let previous = try #require(schedule.previousFiring(before: moment), "seed \(seed)")
        #expect(previous < moment, "seed \(seed)")
        #expect(try #require(schedule.next(after: previous)) >= moment, "seed \(seed)")
    }
}
