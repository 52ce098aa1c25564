import Foundation
import StorageTime
import TestSupport
import Testing

@Suite struct StorageInstantTests {
    @Test(arguments: [
        (0, "0001-01-01 00:00:00"), (86_399, "0001-01-01 23:59:59"), (62_135_596_800, "1970-01-01 00:00:00"),
        (62_135_596_799, "1969-12-31 23:59:59"), (63_087_422_400, "2000-02-29 12:00:00"),
        (315_537_897_599, "9999-12-31 23:59:59"),
    ])
    func secondsAndTextAreTheSameInstant(seconds: Int, text: String) throws {
        let instant = try #require(StorageInstant(seconds: seconds))
        #expect(instant.description == text)
        #expect(try StorageInstant(parsing: text) == instant)
    }

    /// Another implementation of the same days; Foundation's are Julian before 1583.
    @Test func everyDaySince1583AgreesWithFoundation() throws {
        var calendar = Calendar(identifier: .iso8601)
        calendar.timeZone = .gmt
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<2000 {
            let seconds = Int.random(in: 49_923_043_200...StorageInstant.latest.seconds, using: &random)
            let instant = try #require(StorageInstant(seconds: seconds))
            let date = Date(timeIntervalSince1970: Double(seconds - 62_135_596_800))
            let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second, .weekday], from: date)
            let fields = instant.fields
            #expect(
                [fields.year, fields.month, fields.day, fields.hour, fields.minute, fields.second] == [
                    parts.year, parts.month, parts.day, parts.hour, parts.minute, parts.second,
                ], "seed \(seed), \(seconds)")
            // Foundation counts weekdays from Sunday, and grids are anchored at a Monday.
            #expect((seconds / 86_400 + 1) % 7 + 1 == parts.weekday, "seed \(seed), \(seconds)")
        }
    }

    @Test func fieldsAndTextsComeBack() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<5000 {
            let instant = try #require(StorageInstant(seconds: Int.random(in: 0...315_537_897_599, using: &random)))
            let fields = instant.fields
            #expect(
                StorageInstant(
                    year: fields.year, month: fields.month, day: fields.day, hour: fields.hour, minute: fields.minute,
                    second: fields.second) == instant, "seed \(seed)")
            #expect(try StorageInstant(parsing: instant.description) == instant, "seed \(seed)")
            #expect(try StorageInstant(parsing: instant.description.replacing(" ", with: "T")) == instant)
            #expect(StorageInstant(compact: instant.compact) == instant, "seed \(seed)")
            #expect(try StorageInstant(parsing: instant.dateText) == instant.startOfDay, "seed \(seed)")
        }
    }

    @Test(arguments: [
        (2013, 2, 29), (1900, 2, 29), (2100, 2, 29), (2013, 4, 31), (2013, 13, 1), (2013, 0, 1), (2013, 1, 0),
        (2013, 1, 32), (0, 1, 1), (10_000, 1, 1), (-1, 1, 1),
    ])
    func daysThatAreNoneAreRefused(year: Int, month: Int, day: Int) {
        #expect(StorageInstant(year: year, month: month, day: day) == nil)
    }

    @Test func leapDaysAreDays() {
        for year in [2000, 2012, 2400, 4] { #expect(StorageInstant(year: year, month: 2, day: 29) != nil) }
    }

    @Test(arguments: [
        "", "2013", "2013-1-1", "2013-01-01 24:00:00", "2013-01-01 00:60:00", "2013-01-01 00:00:60", "2013-01-01 00:00",
        "2013/01/01", " 2013-01-01", "2013-01-01 ", "2013-01-01x00:00:00", "2013-01-01 00:00:00.5", "０１３-01-01",
        "+013-01-01", "2013-01-01  0:00:00", "now", "0000-01-01",
    ])
    func textThatIsNoTimeIsRefusedAndNamed(text: String) {
        let error = #expect(throws: StorageTimeError.self) { try StorageInstant(parsing: text) }
        #expect(error?.code == .badTime)
        #expect(error?.message == "'\(text)' is not a storage time")
        #expect(error?.hint == "write it as 2013-01-01 or 2013-01-01 00:00:00")
    }

    @Test(arguments: ["2013-01-01T00:00:00Z", "2013-01-01 00:00:00+01:00", "2013-01-01T00:00:00-0800"])
    func aZoneIsRefusedWithItsReason(text: String) {
        let error = #expect(throws: StorageTimeError.self) { try StorageInstant(parsing: text) }
        #expect(error?.hint?.contains("has no zone") == true)
    }

    @Test(arguments: [
        "", "20130101T00000", "20130101T0000000", "20130101 000000", "20130230T000000", "2013010aT000000",
    ])
    func compactTextThatIsNoTimeIsRefused(text: String) {
        #expect(StorageInstant(compact: text) == nil)
    }

    @Test func movingStopsAtEitherEnd() {
        #expect(StorageInstant.earliest.advanced(by: -1) == .earliest)
        #expect(StorageInstant.latest.advanced(by: 1) == .latest)
        #expect(StorageInstant.latest.advanced(by: .max) == .latest)
        #expect(StorageInstant.earliest.advanced(by: .min) == .earliest)
        #expect(StorageInstant.earliest.advanced(by: 90).advanced(by: -30).seconds == 60)
        #expect(StorageInstant(seconds: -1) == nil)
        #expect(StorageInstant(seconds: 315_537_897_600) == nil)
    }
}
