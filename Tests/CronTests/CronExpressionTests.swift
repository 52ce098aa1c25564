import Cron
import Foundation
import Testing

@Test(arguments: timeFieldRows)
func listsRangesStepsAndNamesOfTimesFireAsTheyRead(row: FiringRow) throws { try expectFirings(row) }

@Test(arguments: dayFieldRows)
func dayFieldsCombineAsCronDoes(row: FiringRow) throws { try expectFirings(row) }

@Test(arguments: specialDayRows)
func daysCountedWithinTheMonthAreFound(row: FiringRow) throws { try expectFirings(row) }

@Test(arguments: rareRows)
func yearsBetweenFiringsAreBridged(row: FiringRow) throws { try expectFirings(row) }

@Test(arguments: clockChangeRows)
func clockChangesNeitherLoseNorDoubleAFixedTime(row: FiringRow) throws { try expectFirings(row) }

@Test(arguments: starMinuteRows)
func aStarInTheMinuteFieldAloneFollowsTheClockOnTheWall(row: FiringRow) throws { try expectFirings(row) }

@Test(arguments: offsetRows)
func everyChangeOfOffsetCountsNotOnlySummerTime(row: FiringRow) throws { try expectFirings(row) }

@Test(arguments: prefixRows)
func shorthandsAndZonesInFrontAreRead(row: FiringRow) throws { try expectFirings(row) }

@Test func theTablesAreNotEmpty() {
    let tables = [
        timeFieldRows, dayFieldRows, specialDayRows, rareRows, clockChangeRows, starMinuteRows, offsetRows,
        prefixRows,
    ]
    #expect(tables.map(\.count).reduce(0, +) >= 200)
    #expect(tables.allSatisfy { table in table.allSatisfy { !$0.firings.isEmpty } })
}

@Test(arguments: [("  7  *\t* * *  ", "7 * * * *"), ("\n7 * * * *\n", "7 * * * *")])
func whiteSpaceAroundFieldsDoesNotCount(spaced: String, plain: String) throws {
    let date = Date(timeIntervalSince1970: 1_800_000_000)
    let spacedExpression = try CronExpression(spaced)
    #expect(try spacedExpression.next(after: date) == CronExpression(plain).next(after: date))
    #expect(spacedExpression.text == spaced)
}

@Test func theZoneInFrontWinsOverTheOneGiven() throws {
    let tokyo = try #require(TimeZone(identifier: "Asia/Tokyo"))
    let berlin = try #require(TimeZone(identifier: "Europe/Berlin"))
    #expect(try CronExpression("0 9 * * *").timeZone == .gmt)
    #expect(try CronExpression("0 9 * * *", timeZone: tokyo).timeZone == tokyo)
    #expect(try CronExpression("CRON_TZ=Europe/Berlin 0 9 * * *", timeZone: tokyo).timeZone == berlin)
}

@Test(arguments: [
    (-1e18, 0), (-Double.infinity, 0), (-1, 0), (-0.5, 0), (0, 60), (59.999, 60), (60, 120), (60.25, 120),
])
func theNextFiringIsStrictlyLaterAndNeverBefore1970(from: Double, next: Double) throws {
    let expression = try CronExpression("* * * * *")
    #expect(expression.next(after: Date(timeIntervalSince1970: from)) == Date(timeIntervalSince1970: next))
}

@Test(arguments: ["* * * * *", "@every 1s", "0 0 29 2 *", "CRON_TZ=Pacific/Kiritimati * * * * *", "@every 36500d"])
func nothingFiresAfterTheYear2200(text: String) throws {
    let expression = try CronExpression(text)
    let end = Date(timeIntervalSince1970: 7_289_654_400)
    for date in [end.addingTimeInterval(-1), end, .distantFuture, Date(timeIntervalSince1970: .infinity)] {
        #expect(expression.next(after: date) == nil)
    }
    #expect(expression.next(after: Date(timeIntervalSince1970: .nan)) == nil)
    if let last = expression.firings(after: Date(timeIntervalSince1970: 7_289_654_390)).max() { #expect(last < end) }
}

@Test func expressionsAreEqualWhenTextJobAndZoneAgree() throws {
    let berlin = try #require(TimeZone(identifier: "Europe/Berlin"))
    let one = try CronExpression("H * * * *", jobName: "a", timeZone: berlin)
    #expect(try one == CronExpression("H * * * *", jobName: "a", timeZone: berlin))
    #expect(try one != CronExpression("H * * * *", jobName: "b", timeZone: berlin))
    #expect(try one != CronExpression("H * * * *", jobName: "a"))
    #expect(try Set([one, CronExpression("H * * * *", jobName: "a", timeZone: berlin)]).count == 1)
}
