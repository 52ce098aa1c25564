import Testing

@testable import Cron

@Test func yearsOfOneKindHaveTheSameMonthsFrom1969To2201() {
    var year = CivilYear(1969)
    var months: [Int: [[Int]]] = [:]
    while year.year < 2202 {
        #expect(year == CivilYear(year.year))
        let own = CronField.month.values.map { number in
            let month = CivilMonth(number, of: year.year)
            return [month.length, month.firstWeekday]
        }
        #expect(months[year.kind, default: own] == own, "\(year)")
        months[year.kind] = own
        year.advance()
    }
    #expect(months.keys.sorted() == Array(CivilYear.kinds))
}
