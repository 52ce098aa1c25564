/// The six fields as bit masks, and the next wall time that fits. Knows nothing of zones.
///
/// Wall times are seconds since 1970-01-01T00:00:00 on the clock on the wall.
struct WallSchedule: Sendable, Hashable {
    private let seconds: UInt64
    private let minutes: UInt64
    private let hours: UInt64
    private let months: UInt64
    private let days: DayTable
    /// The day's first time that fits, in seconds.
    private let firstTime: Int
    /// Whether the hour field begins with `*`: such a schedule keeps its pace when clocks change.
    let hasWildcardHour: Bool

    static let secondsPerDay = 86_400

    /// - Parameter values: what each field says; each of the time fields takes at least one value.
    init(_ values: (CronField) -> FieldValues) {
        seconds = values(.second).mask
        minutes = values(.minute).mask
        hours = values(.hour).mask
        months = values(.month).mask
        days = DayTable(daysOfMonth: values(.dayOfMonth), daysOfWeek: values(.dayOfWeek))
        hasWildcardHour = values(.hour).startsWithStar
        firstTime =
            hours.trailingZeroBitCount * 3600 + minutes.trailingZeroBitCount * 60 + seconds.trailingZeroBitCount
    }

    /// Whether any day of any year fits.
    var canFire: Bool { days.fits(months: months) }

    /// The earliest wall time in `start ..< end` that fits.
    ///
    /// - Complexity: a few steps for each month passed over.
    func next(atOrAfter start: Int, before end: Int) -> Int? {
        let day = start.flooredQuotient(Self.secondsPerDay)
        var month = CivilMonth(containing: day)
        var dayOfMonth = day - month.firstDay + 1
        if fittingDays(in: month) & (1 << UInt32(dayOfMonth)) != 0,
            let time = time(atOrAfter: start - day * Self.secondsPerDay)
        {
            return bounded(day * Self.secondsPerDay + time, end)
        }
        dayOfMonth += 1
        while (month.firstDay + dayOfMonth - 1) * Self.secondsPerDay < end {
            let left = fittingDays(in: month) >> UInt32(dayOfMonth)
            if left != 0 {
                let found = month.firstDay + dayOfMonth - 1 + left.trailingZeroBitCount
                return bounded(found * Self.secondsPerDay + firstTime, end)
            }
            month.advance()
            dayOfMonth = 1
        }
        return nil
    }

    private func bounded(_ wall: Int, _ end: Int) -> Int? { wall < end ? wall : nil }

    private func fittingDays(in month: CivilMonth) -> UInt32 {
        months & (1 << UInt64(month.month)) != 0 ? days.days(in: month) : 0
    }

    /// The first time of day at or after `time`, both in seconds since midnight.
    private func time(atOrAfter time: Int) -> Int? {
        let hour = time / 3600
        let minute = time / 60 % 60
        if hours & (1 << UInt64(hour)) != 0 {
            if minutes & (1 << UInt64(minute)) != 0, let second = seconds.first(from: time % 60) {
                return hour * 3600 + minute * 60 + second
            }
            if let minute = minutes.first(from: minute + 1) {
                return hour * 3600 + minute * 60 + seconds.trailingZeroBitCount
            }
        }
        return hours.first(from: hour + 1).map { $0 * 3600 + firstTime % 3600 }
    }
}

extension UInt64 {
    /// The lowest set bit at or above `index`, which is `0 ... 63`.
    fileprivate func first(from index: Int) -> Int? {
        let left = self >> UInt64(index)
        return left == 0 ? nil : index + left.trailingZeroBitCount
    }
}

extension Int {
    /// The quotient rounded down, for a positive divisor.
    func flooredQuotient(_ divisor: Int) -> Int {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}
