import Testing

@testable import Cron

@Test func monthsJoinUpFrom1969To2201() {
    var month = CivilMonth(12, of: 1969)
    #expect(month.year == 1969 && month.month == 12 && month.firstDay == -31 && month.firstWeekday == 1)
    var day = -31
    while month.year < 2202 {
        #expect(month.firstDay == day)
        #expect(CivilMonth(containing: day) == month)
        #expect(CivilMonth(containing: day + month.length - 1) == month)
        day += month.length
        month = CivilMonth(month.month % 12 + 1, of: month.month == 12 ? month.year + 1 : month.year)
    }
    // 1970-01-01 to 2201-12-31 are 232 years with 56 leap days; 2100 and 2200 have none.
    #expect(day == 232 * 365 + 56)
}

@Test(arguments: [
    (0, 1970, 1, 4), (59, 1970, 3, 0), (11_016, 2000, 2, 2), (20_454, 2026, 1, 4), (84_367, 2200, 12, 1),
])
func monthsAreWhereTheCalendarHasThem(day: Int, year: Int, month: Int, firstWeekday: Int) {
    let found = CivilMonth(containing: day)
    #expect(found.year == year && found.month == month && found.firstWeekday == firstWeekday)
}
