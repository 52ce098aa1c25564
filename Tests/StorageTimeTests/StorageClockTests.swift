import Foundation
import StorageTime
import TestSupport
import Testing

@Suite struct StorageClockTests {
    private static func utc(_ text: String) throws -> Date {
        let seconds = try StorageInstant(parsing: text).seconds
        return Date(timeIntervalSince1970: Double(seconds - 62_135_596_800))
    }

    /// Instants in UTC, and the storage time up to which windows are closed then.
    @Test(arguments: [
        ("UTC", "2026-11-23 10:00:00", "0s", "2026-11-23 10:00:00"),
        ("UTC", "2026-11-23 10:00:00", "15m", "2026-11-23 09:45:00"),
        ("Asia/Shanghai", "2026-11-23 10:00:00", "15m", "2026-11-23 17:45:00"),
        // Berlin goes back from 03:00 to 02:00 on 25 October 2026, at 01:00 UTC: what lies behind 02:00 is still to
        // come.
        ("Europe/Berlin", "2026-10-24 23:59:00", "0s", "2026-10-25 01:59:00"),
        ("Europe/Berlin", "2026-10-25 00:00:00", "0s", "2026-10-25 02:00:00"),
        ("Europe/Berlin", "2026-10-25 00:30:00", "0s", "2026-10-25 02:00:00"),
        ("Europe/Berlin", "2026-10-25 00:59:59", "0s", "2026-10-25 02:00:00"),
        ("Europe/Berlin", "2026-10-25 01:00:00", "0s", "2026-10-25 02:00:00"),
        ("Europe/Berlin", "2026-10-25 01:30:00", "0s", "2026-10-25 02:30:00"),
        ("Europe/Berlin", "2026-10-25 02:00:00", "0s", "2026-10-25 03:00:00"),
        ("Europe/Berlin", "2026-10-25 02:00:00", "15m", "2026-10-25 02:45:00"),
        ("Europe/Berlin", "2026-10-25 02:00:00", "90m", "2026-10-25 02:00:00"),
        // Berlin goes forward from 02:00 to 03:00 on 29 March 2026, at 01:00 UTC: no row is ever stored in between.
        ("Europe/Berlin", "2026-03-29 00:59:59", "0s", "2026-03-29 01:59:59"),
        ("Europe/Berlin", "2026-03-29 01:00:00", "0s", "2026-03-29 03:00:00"),
        ("Europe/Berlin", "2026-03-29 01:10:00", "15m", "2026-03-29 01:55:00"),
        // New York goes back from 02:00 to 01:00 on 1 November 2026, at 06:00 UTC, and forward on 8 March.
        ("America/New_York", "2026-11-01 04:59:00", "0s", "2026-11-01 00:59:00"),
        ("America/New_York", "2026-11-01 05:45:00", "0s", "2026-11-01 01:00:00"),
        ("America/New_York", "2026-11-01 06:45:00", "0s", "2026-11-01 01:45:00"),
        ("America/New_York", "2026-03-08 07:00:00", "0s", "2026-03-08 03:00:00"),
        // Lord Howe goes back by half an hour, from 02:00 to 01:30 on 5 April 2026, at 15:00 UTC of the day before.
        ("Australia/Lord_Howe", "2026-04-04 14:15:00", "0s", "2026-04-05 01:15:00"),
        ("Australia/Lord_Howe", "2026-04-04 14:45:00", "0s", "2026-04-05 01:30:00"),
        ("Australia/Lord_Howe", "2026-04-04 15:15:00", "0s", "2026-04-05 01:45:00"),
        ("Australia/Lord_Howe", "2026-10-03 15:30:00", "0s", "2026-10-04 02:30:00"),
        // A zone can move its clocks for good: Moscow went back an hour in 2014, Samoa skipped 30 December 2011.
        ("Europe/Moscow", "2014-10-25 21:30:00", "0s", "2014-10-26 01:00:00"),
        ("Pacific/Apia", "2011-12-30 10:00:00", "0s", "2011-12-31 00:00:00"),
        // Without a zone nothing is past until it is past everywhere.
        ("", "2026-11-23 10:00:00", "0s", "2026-11-22 22:00:00"),
        ("", "2026-11-23 10:00:00", "1h", "2026-11-22 21:00:00"),
    ])
    func windowsAreClosedUpTo(zone: String, now: String, settle: String, closed: String) throws {
        let clock = try StorageClock(zoneNamed: zone)
        let until = try clock.closedUntil(now: Self.utc(now), settle: Seconds(parsing: settle))
        #expect(until.description == closed)
    }

    /// The rule itself, tried instant by instant: closed is what no instant from now on can carry.
    @Test(arguments: [
        ("Europe/Berlin", "2026-10-25 01:00:00"), ("Europe/Berlin", "2026-03-29 01:00:00"),
        ("America/New_York", "2026-11-01 06:00:00"), ("Australia/Lord_Howe", "2026-04-04 15:00:00"),
        ("Australia/Lord_Howe", "2026-10-03 15:30:00"), ("Europe/Moscow", "2014-10-25 22:00:00"),
        ("America/Caracas", "2016-05-01 07:00:00"), ("Asia/Pyongyang", "2015-08-14 15:00:00"),
        ("Pacific/Apia", "2011-12-30 10:00:00"), ("Africa/Casablanca", "2026-02-15 02:00:00"),
        ("Antarctica/Troll", "2026-10-25 01:00:00"),
    ])
    func closedIsWhatNoLaterInstantCanCarry(zone: String, transition: String) throws {
        let clock = try StorageClock(zoneNamed: zone)
        let centre = try Self.utc(transition)
        // The smallest storage time from each quarter of an hour on, found backwards.
        let instants = (-200...400).map { centre.addingTimeInterval(Double($0) * 900) }
        var smallest = StorageInstant.latest
        for instant in instants.reversed() {
            smallest = min(smallest, clock.storageTime(at: instant))
            guard instant < centre.addingTimeInterval(96 * 900) else { continue }
            #expect(clock.closedUntil(now: instant, settle: Seconds(0)) == smallest, "\(instant)")
            let later = instant.addingTimeInterval(3600)
            #expect(clock.closedUntil(now: later, settle: Seconds(3600)) == smallest, "\(instant)")
        }
    }

    @Test func whatIsClosedStaysClosed() throws {
        for zone in ["Europe/Berlin", "Australia/Lord_Howe", "America/New_York", ""] {
            let clock = try StorageClock(zoneNamed: zone)
            let start = try Self.utc("2026-01-01")
            var last = StorageInstant.earliest
            for step in 0..<(366 * 4) {
                let until = clock.closedUntil(now: start.addingTimeInterval(Double(step) * 21_600), settle: Seconds(0))
                #expect(until >= last, "\(zone), step \(step)")
                last = until
            }
        }
    }

    @Test func aWindowIsClosedOnceItsEndIs() throws {
        let clock = try StorageClock(zoneNamed: "UTC")
        let window = try Window(from: StorageInstant(parsing: "2026-11-23"), to: StorageInstant(parsing: "2026-11-24"))
        let settle = try Seconds(parsing: "15m")
        #expect(!clock.isClosed(window, at: try Self.utc("2026-11-24 00:14:59"), settle: settle))
        #expect(clock.isClosed(window, at: try Self.utc("2026-11-24 00:15:00"), settle: settle))
    }

    @Test func fractionsOfASecondAreNotYetPast() throws {
        let clock = try StorageClock(zoneNamed: "UTC")
        let now = try Self.utc("2026-11-24 00:00:00").addingTimeInterval(-0.001)
        #expect(clock.closedUntil(now: now, settle: Seconds(0)).description == "2026-11-23 23:59:59")
        #expect(clock.storageTime(at: Date(timeIntervalSince1970: -0.5)).description == "1969-12-31 23:59:59")
    }

    @Test func aZoneThatIsNoneIsRefused() {
        for name in ["Europe/Atlantis", "../etc/passwd", "UTC+25:99"] {
            let error = #expect(throws: StorageTimeError.self) { try StorageClock(zoneNamed: name) }
            #expect(error?.code == .badTimeZone)
            #expect(error?.message.contains(name) == true)
        }
    }

    @Test func theZonesNameIsKept() throws {
        #expect(try StorageClock(zoneNamed: "Europe/Berlin").zoneName == "Europe/Berlin")
        #expect(try StorageClock(zoneNamed: nil).zoneName == nil)
        #expect(try StorageClock(zoneNamed: "UTC").zoneName == "UTC")
    }
}
