import Foundation
import Sandbox
import StorageTime
import Testing

@Suite struct StoredTimeTests {
    @Test(arguments: [
        ("2013-01-01", "2013-01-01 00:00:00"),
        ("2012/01/01", "2012-01-01 00:00:00"),
        ("2013/1/2", "2013-01-02 00:00:00"),
        ("2013-01-01T10:00:00Z", "2013-01-01 10:00:00"),
        ("2013-01-01 00:00:00.123", "2013-01-01 00:00:00.123"),
        ("2013-01-01 00:00:00.1", "2013-01-01 00:00:00.100"),
        ("2013-01-01 00:00:00.0459", "2013-01-01 00:00:00.045"),
        ("2013-01-01 00:00:00.9999999", "2013-01-01 00:00:00.999"),
        ("2013-01-01T10:30", "2013-01-01 10:30:00"),
        ("2013-01-01T10:00:00+02:00", "2013-01-01 08:00:00"),
        ("2013-01-01T10:00:00-0530", "2013-01-01 15:30:00"),
        ("2013-01-01T10:00:00.25+01", "2013-01-01 09:00:00.250"),
    ])
    func aTimeIsUnderstood(text: String, means: String) {
        #expect(StoredTime(parsing: text)?.description == means)
    }

    @Test(arguments: [
        "", "2013", "2013-01", "2013-13-01", "2013-02-29", "2013-01/01", "13-01-01", "2013-01-01 ",
        "2013-01-01 25:00:00",
        "2013-01-01T10:00:00X", "2013-01-01 10:00:00.", "2013-01-01 10", "now", "1356998400",
        "2013-01-01T10:00:00+25:00",
        " 2013-01-01", "0001-01-01T00:00:00+01:00", "2013-01-01 10:00:00 Z",
    ])
    func anythingElseIsNot(text: String) {
        #expect(StoredTime(parsing: text) == nil)
    }

    @Test func anInstantBecomesTheWallTimeOfTheZone() throws {
        let zone = try #require(TimeZone(identifier: "America/New_York"))
        #expect(StoredTime(parsing: "2013-01-01T10:00:00Z", timeZone: zone)?.description == "2013-01-01 05:00:00")
        #expect(StoredTime(parsing: "2013-07-01T10:00:00Z", timeZone: zone)?.description == "2013-07-01 06:00:00")
        #expect(StoredTime(parsing: "2013-07-01 10:00:00", timeZone: zone)?.description == "2013-07-01 10:00:00")
    }

    @Test func aClockReadingIsTheWallTimeOfTheZone() throws {
        let zone = try #require(TimeZone(identifier: "Asia/Shanghai"))
        let date = Date(timeIntervalSince1970: 1_356_998_400.25)
        #expect(StoredTime(date, in: .gmt).description == "2013-01-01 00:00:00.250")
        #expect(StoredTime(date, in: zone).description == "2013-01-01 08:00:00.250")
    }
}
