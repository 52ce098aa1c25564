import Foundation
import StorageTime
import Testing

@testable import Operations

@Suite struct DateTextTests {
    @Test(arguments: [
        ("2026-11-23 10:15:30", "2026-11-23 10:15:30", "2026-11-23 10:15:30"),
        ("2026-11-23 10:15:00", "2026-11-23 10:15", "2026-11-23 10:15"),
        ("2026-11-23 10:00:00", "2026-11-23 10:00", "2026-11-23 10:00"),
        ("2026-11-23 00:00:30", "2026-11-23 00:00:30", "2026-11-23 00:00:30"),
        ("2026-11-23 00:00:00", "2026-11-23 00:00", "2026-11-23"),
    ])
    func aStorageTimeIsToldAsShortAsItCanBe(text: String, short: String, shortest: String) throws {
        let instant = try StorageInstant(parsing: text)
        #expect(instant.shortText == short && instant.shortestText == shortest)
    }

    /// Seconds since 1970.
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("2026-11-23T10:07:00+01:00", 1_795_424_820),
        ("2026-11-23 09:07:00z", 1_795_424_820),
        ("2026-11-23T04:07:00-0500", 1_795_424_820), ("2026-11-23T10:07:00.999+01", 1_795_424_820),
        ("2026-11-23T14:52:00+05:45", 1_795_424_820), ("1969-12-31T23:59:59Z", -1),
    ])
    func anInstantHasAZoneOrAnOffset(text: String, seconds: Int) {
        #expect(Date(instant: text) == Date(timeIntervalSince1970: Double(seconds)))
    }

    @Test(arguments: [
        "", "2026-11-23", "2026-11-23T10:07:00", "2026-11-23T10:07Z", "2026-13-23T10:07:00Z", "2026-11-23T10:07:00 Z",
        "2026-11-23T10:07:00+1", "2026-11-23T10:07:00+24:00", "2026-11-23T10:07:00+01:60", "2026-11-23T10:07:00.Z",
        "2026-11-23T10:07:00Zulu", "2026-11-23T10:07:00+٠١:٠٠", "now", "1795424820",
    ])
    func whatHasNoneIsNoInstant(text: String) {
        #expect(Date(instant: text) == nil)
    }

    @Test(arguments: [
        ("UTC", "2026-11-23T09:07:00+00:00"), ("Europe/Berlin", "2026-11-23T10:07:00+01:00"),
        ("America/St_Johns", "2026-11-23T05:37:00-03:30"), ("Asia/Kathmandu", "2026-11-23T14:52:00+05:45"),
    ])
    func anInstantIsWrittenWithTheZonesOffset(zone: String, text: String) throws {
        let date = Date(timeIntervalSince1970: 1_795_424_820)
        #expect(date.text(in: try #require(TimeZone(identifier: zone))) == text)
        #expect(Date(instant: text) == date)
        #expect(date.utcText == "2026-11-23T09:07:00Z")
    }

    @Test func anOffsetOfOddSecondsIsWrittenWhole() throws {
        let zone = try #require(TimeZone(identifier: "Africa/Monrovia"))
        #expect(Date(timeIntervalSince1970: 0).text(in: zone) == "1969-12-31T23:15:30-00:44:30")
    }
}
