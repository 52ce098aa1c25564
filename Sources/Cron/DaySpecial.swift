/// A day that depends on the month it is in.
enum DaySpecial: Sendable, Hashable {
    /// `L`, `L-3`, `LW`, `L-3W`: so many days before the month's last, or the working day nearest to that.
    case fromEnd(days: Int, onWorkingDay: Bool)
    /// `15W`: the working day (Monday to Friday) nearest to the 15th.
    case nearestWorkingDay(to: Int)
    /// `5L`: the month's last Friday.
    case lastWeekday(Int)
    /// `MON#2`: the month's second Monday.
    case weekday(Int, occurrence: Int)

    /// The day in a month of `length` days that begins on weekday `first`; nil where that month has none.
    func day(length: Int, first: Int) -> Int? {
        switch self {
        case .fromEnd(let days, let onWorkingDay):
            let day = length - days
            guard day >= 1 else { return nil }
            return onWorkingDay ? Self.workingDay(near: day, length: length, first: first) : day
        case .nearestWorkingDay(let day):
            return day <= length ? Self.workingDay(near: day, length: length, first: first) : nil
        case .lastWeekday(let weekday):
            let lastsWeekday = (first + length - 1) % 7
            return length - (lastsWeekday - weekday + 7) % 7
        case .weekday(let weekday, let occurrence):
            let day = 1 + (weekday - first + 7) % 7 + 7 * (occurrence - 1)
            return day <= length ? day : nil
        }
    }

    /// The nearest Monday to Friday, never in another month.
    private static func workingDay(near day: Int, length: Int, first: Int) -> Int {
        switch (first + day - 1) % 7 {
        case 6: day == 1 ? 3 : day - 1
        case 0: day == length ? day - 2 : day + 1
        default: day
        }
    }
}
