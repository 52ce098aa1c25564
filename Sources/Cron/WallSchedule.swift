/// The six fields as bit masks, and the next wall time that fits. Knows nothing of zones.
///
/// Wall times are seconds since 1970-01-01T00:00:00 on the clock on the wall.
struct WallSchedule: Sendable, Hashable {
    private let seconds: UInt64
    private let minutes: UInt64
    private let hours: UInt64
    private let days: DayTable
    /// The day's first time that fits, in seconds.
    private let firstTime: Int
    /// Whether the minute or the hour field begins with `*`: such a schedule keeps to the clock on the wall when it
    /// changes.
    let followsWallClock: Bool

    static let secondsPerDay = 86_400

    /// - Parameter values: what each field says; each of the time fields takes at least one value.
    init(_ values: (CronField) -> FieldValues) {
        seconds = values(.second).mask
        minutes = values(.minute).mask
        hours = values(.hour).mask
        days = DayTable(values)
        followsWallClock = values(.minute).startsWithStar || values(.hour).startsWithStar
        firstTime =
            hours.trailingZeroBitCount * 3600 + minutes.trailingZeroBitCount * 60 + seconds.trailingZeroBitCount
    }

    /// Whether any day of any year fits.
    var canFire: Bool { days.hasDay }

    /// The earliest wall time from `start` on that fits; nil where no year through ``ZoneOffsets/lastYear`` has one.
    ///
    /// - Complexity: as ``DayTable/firstDay(after:throughYear:)``.
    func next(atOrAfter start: Int) -> Int? {
        let day = start.flooredQuotient(Self.secondsPerDay)
        let month = CivilMonth(containing: day)
        // Bit 0 is this day, bit 1 the one after it.
        let left = days.days(in: month) >> UInt32(day - month.firstDay + 1)
        if left & 1 != 0, let time = time(atOrAfter: start - day * Self.secondsPerDay) {
            return day * Self.secondsPerDay + time
        }
        let later = left & ~1
        let found =
            later != 0
            ? day + later.trailingZeroBitCount
            : days.firstDay(after: month, throughYear: ZoneOffsets.lastYear)
        return found.map { $0 * Self.secondsPerDay + firstTime }
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
