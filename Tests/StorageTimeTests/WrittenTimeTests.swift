import StorageTime
import Testing

/// Times as people write them, at noon of a Sunday.
@Suite struct WrittenTimeTests {
    private static let now = "2015-12-13 12:34:56"

    @Test(arguments: [
        ("2015-12-12", "2015-12-12 00:00:00"), ("2015-12-12 06:07:08", "2015-12-12 06:07:08"),
        ("2015-12-12T06:07:08", "2015-12-12 06:07:08"), ("2015-12-12T12:00", "2015-12-12 12:00:00"),
        ("2015-12-12 12:30", "2015-12-12 12:30:00"), ("2015-02", "2015-02-01 00:00:00"), ("now", now),
        ("NOW", now), ("today", "2015-12-13 00:00:00"), ("yesterday", "2015-12-12 00:00:00"),
        ("30d", "2015-11-13 00:00:00"), ("1w", "2015-12-06 00:00:00"), ("6h", "2015-12-13 06:00:00"),
        ("90m", "2015-12-13 11:04:00"), ("10s", "2015-12-13 12:34:46"), ("1d12h", "2015-12-12 00:00:00"),
    ])
    func aTimeIsReadAsItIsMeant(_ text: String, _ expected: String) throws {
        let now = try StorageInstant(parsing: Self.now)
        #expect(try StorageInstant(written: text, now: now).description == expected)
    }

    @Test(arguments: [
        "", "tomorrow", "2015", "2015-13", "2015-1-1", "30", "d", "30x", "-3d", "2015-12-12T12", "2015-12-12T25:00",
        "12:00",
        "99999999w", "2015-12-12T12:00:00Z", "30 d",
    ])
    func whatIsNoTimeIsRefusedWithWhatToWrite(_ text: String) throws {
        let now = try StorageInstant(parsing: Self.now)
        let error = #expect(throws: StorageTimeError.self) { try StorageInstant(written: text, now: now) }
        #expect(error?.message.contains("'\(text)'") == true && error?.hint != nil, "\(error as Any)")
    }

    @Test func whatGoesBackBeyondTheFirstYearIsRefused() throws {
        let now = try StorageInstant(parsing: Self.now)
        #expect(throws: StorageTimeError.self) { try StorageInstant(written: "800000d", now: now) }
    }
}
