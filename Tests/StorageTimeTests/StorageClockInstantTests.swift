import Foundation
import StorageTime
import Testing

@Suite struct StorageClockInstantTests {
    @Test(arguments: [
        ("UTC", "2026-11-23 10:00:00", "2026-11-23T10:00:00Z"),
        ("Asia/Shanghai", "2026-11-23 10:00:00", "2026-11-23T02:00:00Z"),
        ("America/New_York", "2026-11-23 10:00:00", "2026-11-23T15:00:00Z"),
        ("Pacific/Kiritimati", "2026-11-23 10:00:00", "2026-11-22T20:00:00Z"),
        // Shown twice: the second time.
        ("Europe/Berlin", "2026-10-25 02:30:00", "2026-10-25T01:30:00Z"),
        ("Europe/Berlin", "2026-10-25 01:59:59", "2026-10-24T23:59:59Z"),
        ("Europe/Berlin", "2026-10-25 03:00:00", "2026-10-25T02:00:00Z"),
        // Skipped: the change.
        ("Europe/Berlin", "2026-03-29 02:30:00", "2026-03-29T01:00:00Z"),
        ("Europe/Berlin", "2026-03-29 03:00:00", "2026-03-29T01:00:00Z"),
        ("Europe/Berlin", "2026-03-29 01:59:59", "2026-03-29T00:59:59Z"),
        ("Australia/Lord_Howe", "2026-04-05 01:45:00", "2026-04-04T15:15:00Z"),
    ])
    func aStorageTimeIsReachedAtOneInstant(zone: String, time: String, instant: String) throws {
        let clock = try StorageClock(zoneNamed: zone)
        #expect(try clock.instant(of: StorageInstant(parsing: time)) == Date(instant, strategy: .iso8601))
    }

    @Test func withoutAZoneItHasPassedInEveryZone() throws {
        let instant = StorageClock(timeZone: nil).instant(of: try StorageInstant(parsing: "2026-11-23 10:00:00"))
        #expect(try instant == Date("2026-11-23T22:00:00Z", strategy: .iso8601))
    }

    /// Whatever is closed now was reached by now, and no earlier than the settling time and a change's length ago.
    @Test(
        arguments: ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Shanghai"], [0, 900, 7200])
    func whatIsClosedWasReachedBefore(zone: String, settle: Int) throws {
        let clock = try StorageClock(zoneNamed: zone)
        for step in 0..<4000 {
            let now = Date(timeIntervalSince1970: 1_767_225_600 + Double(step) * 7919)
            let closed = clock.closedUntil(now: now, settle: Seconds(settle))
            #expect(clock.instant(of: closed) <= now, "\(now)")
        }
    }
}
