/// The days of a month that fit, for each of the 28 months there are: four lengths, beginning on seven weekdays.
///
/// Where both day fields are restricted, a day fits that fits either; else it has to fit both, of which one usually
/// takes every day. Restricted means, as in cron: not beginning with `*`. So `*/2` with `MON` takes the Mondays among
/// the odd days.
struct DayTable: Sendable, Hashable {
    /// Bit *d* of an entry is set where day *d* fits.
    private let masks: [UInt32]

    init(daysOfMonth: FieldValues, daysOfWeek: FieldValues) {
        let needsBoth = daysOfMonth.startsWithStar || daysOfWeek.startsWithStar
        var masks: [UInt32] = []
        for length in 28...31 {
            for first in 0..<7 {
                let left = Self.days(daysOfMonth, length: length, first: first)
                let right = Self.days(daysOfWeek, length: length, first: first, byWeekday: true)
                masks.append(needsBoth ? left & right : left | right)
            }
        }
        self.masks = masks
    }

    /// The days of `month` that fit.
    func days(in month: CivilMonth) -> UInt32 {
        masks[(month.length - 28) * 7 + month.firstWeekday]
    }

    /// Whether some year has a day that fits in one of `months` (bit 1 is January). Every length of a month meets
    /// every weekday within 28 years, so no year need be looked at.
    func fits(months: UInt64) -> Bool {
        for month in CronField.month.values where months & (1 << UInt64(month)) != 0 {
            for year in [2023, 2024] {
                let row = (CivilMonth.length(of: month, year: year) - 28) * 7
                if masks[row..<row + 7].contains(where: { $0 != 0 }) { return true }
            }
        }
        return false
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
