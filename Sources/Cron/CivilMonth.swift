/// A month of the Gregorian calendar, in days since 1970-01-01: where it begins, and how long it is.
///
/// Whole-number arithmetic on years counted from 1 March, so that the leap day is a year's last.
struct CivilMonth: Sendable, Hashable {
    let year: Int
    /// `1 ... 12`.
    let month: Int
    /// The first day, in days since 1970-01-01.
    let firstDay: Int
    /// In days, `28 ... 31`.
    let length: Int

    /// 0000-03-01 lies this many days before 1970-01-01.
    private static let marchEpoch = 719_468

    /// The month that holds `day`, counted from 1970-01-01, at or after 0000-03-01.
    init(containing day: Int) {
        let days = day + Self.marchEpoch
        // 146,097 days are 400 years; the estimate is right or one year off.
        var marchYear = days * 400 / 146_097
        if Self.start(ofMarchYear: marchYear) > days { marchYear -= 1 }
        if Self.start(ofMarchYear: marchYear + 1) <= days { marchYear += 1 }
        let dayOfYear = days - Self.start(ofMarchYear: marchYear)
        let index = (5 * dayOfYear + 2) / 153
        month = index < 10 ? index + 3 : index - 9
        year = index < 10 ? marchYear : marchYear + 1
        firstDay = day - (dayOfYear - Self.start(ofMonthIndex: index))
        length = Self.length(of: month, year: year)
    }

    /// Month `month`, `1 ... 12`, of a year from 1 on.
    init(_ month: Int, of year: Int) {
        let isBeforeMarch = month < 3
        let index = isBeforeMarch ? month + 9 : month - 3
        self.year = year
        self.month = month
        firstDay =
            Self.start(ofMarchYear: isBeforeMarch ? year - 1 : year) + Self.start(ofMonthIndex: index)
            - Self.marchEpoch
        length = Self.length(of: month, year: year)
    }

    /// The weekday of the first, Sunday being 0.
    var firstWeekday: Int {
        // 1970-01-01 was a Thursday; the sum is positive for any day that is asked for.
        (firstDay + 4 + 7 * 100_000) % 7
    }

    static func length(of month: Int, year: Int) -> Int {
        if month == 2 { return isLeap(year) ? 29 : 28 }
        // April, June, September, November.
        return (1 << month) & 0b1010_0101_0000 != 0 ? 30 : 31
    }

    static func isLeap(_ year: Int) -> Bool {
        year & 3 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    private static func start(ofMarchYear year: Int) -> Int {
        365 * year + year / 4 - year / 100 + year / 400
    }

    /// From March on, five months have 153 days, again and again.
    private static func start(ofMonthIndex index: Int) -> Int {
        (153 * index + 2) / 5
    }
}
