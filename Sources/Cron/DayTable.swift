/// The days that fit, for each of the 28 months there are (four lengths, beginning on seven weekdays), and the months
/// that have such a day, for each of the 14 years there are.
///
/// Where both day fields are restricted, a day fits that fits either; else it has to fit both, of which one usually
/// takes every day. Restricted means, as in cron: not beginning with `*`. So `*/2` with `MON` takes the Mondays among
/// the odd days.
struct DayTable: Sendable, Hashable {
    /// Bit *d* of an entry is set where day *d* fits, in a month that fits.
    private let days: [UInt32]
    /// Bit *m* of an entry is set where month *m* fits and has a day that fits. By ``CivilYear/kind``.
    private let months: [UInt32]
    /// The months that fit, whatever their days.
    private let monthField: UInt32

    /// - Parameter values: what each field says.
    init(_ values: (CronField) -> FieldValues) {
        let (daysOfMonth, daysOfWeek) = (values(.dayOfMonth), values(.dayOfWeek))
        let needsBoth = daysOfMonth.startsWithStar || daysOfWeek.startsWithStar
        var days: [UInt32] = []
        for length in 28...31 {
            for first in 0..<7 {
                let left = Self.days(daysOfMonth, length: length, first: first)
                let right = Self.days(daysOfWeek, length: length, first: first, byWeekday: true)
                days.append(needsBoth ? left & right : left | right)
            }
        }
        let monthField = UInt32(values(.month).mask)
        self.days = days
        self.monthField = monthField
        months = CivilYear.kinds.map { Self.months(in: $0, among: monthField, days: days) }
    }

    /// Whether any day of any year fits.
    var hasDay: Bool { months.contains { $0 != 0 } }

    /// The days of `month` that fit.
    func days(in month: CivilMonth) -> UInt32 {
        monthField & (1 << UInt32(month.month)) != 0 ? days[(month.length - 28) * 7 + month.firstWeekday] : 0
    }

    /// The first day that fits in a month after `month`, in days since 1970-01-01; nil where no year through `last` has
    /// one.
    ///
    /// - Complexity: a step of some instructions for each year passed over. No more than 40 are, however rare the day:
    ///   a leap day on a given weekday comes every 28 years, or after 40 where a century's year is none.
    func firstDay(after month: CivilMonth, throughYear last: Int) -> Int? {
        var year = CivilYear(month.year)
        // Of the month's own year, what is above its bit.
        var left = months[year.kind] & (~1 << UInt32(month.month))
        while left == 0 {
            year.advance()
            guard year.year <= last else { return nil }
            left = months[year.kind]
        }
        let found = CivilMonth(left.trailingZeroBitCount, of: year.year)
        return found.firstDay + days(in: found).trailingZeroBitCount - 1
    }

    private static func months(in kind: Int, among months: UInt32, days: [UInt32]) -> UInt32 {
        var fitting: UInt32 = 0
        var weekday = kind % 7
        for month in CronField.month.values {
            let length = CivilMonth.length(of: month, year: kind < 7 ? 2023 : 2024)
            if months & (1 << UInt32(month)) != 0, days[(length - 28) * 7 + weekday] != 0 {
                fitting |= 1 << UInt32(month)
            }
            weekday = (weekday + length) % 7
        }
        return fitting
    }

    private static func days(_ values: FieldValues, length: Int, first: Int, byWeekday: Bool = false) -> UInt32 {
        var days: UInt32 = 0
        for day in 1...length where values.mask & (1 << UInt64(byWeekday ? (first + day - 1) % 7 : day)) != 0 {
            days |= 1 << UInt32(day)
        }
        for special in values.specials {
            if let day = special.day(length: length, first: first) { days |= 1 << UInt32(day) }
        }
        return days
    }
}
