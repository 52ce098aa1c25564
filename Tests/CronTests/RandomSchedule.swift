import Foundation
import TestSupport

/// A wall time taken apart by the C library, so that the oracle shares no calendar with the code under test.
struct WallTime {
    let second: Int
    let minute: Int
    let hour: Int
    let day: Int
    let month: Int
    let weekday: Int
    let monthLength: Int

    init(_ wall: Int) {
        var time = time_t(wall)
        var parts = tm()
        gmtime_r(&time, &parts)
        second = Int(parts.tm_sec)
        minute = Int(parts.tm_min)
        hour = Int(parts.tm_hour)
        day = Int(parts.tm_mday)
        month = Int(parts.tm_mon) + 1
        weekday = Int(parts.tm_wday)
        let year = Int(parts.tm_year) + 1900
        let isLeap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
        monthLength = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    }
}

/// An expression made up at random, with its meaning put down at the same time: sets, and rules for days.
struct RandomSchedule {
    typealias DayRule = (WallTime) -> Bool

    private(set) var text = ""
    private var seconds: Set<Int> = [0]
    private var minutes: Set<Int> = []
    private var hours: Set<Int> = []
    private var months: Set<Int> = []
    private var monthDay: DayRule = { _ in true }
    private var weekday: DayRule = { _ in true }
    private var hasStarDay = false
    /// Whether the minute or the hour field begins with `*`.
    private(set) var followsWallClock = false

    init(withSeconds: Bool, daysOnly: Bool = false, using random: inout SeededGenerator) {
        if withSeconds { seconds = add(Self.field(0...59, dense: true, using: &random)) }
        addMinutes(daysOnly ? ("0", [0]) : Self.field(0...59, dense: true, using: &random))
        addHours(daysOnly ? ("0", [0]) : Self.field(0...23, dense: true, using: &random))
        let monthDay = Self.monthDay(using: &random)
        let months =
            random.chance(daysOnly ? 40 : 70) ? ("*", Set(1...12)) : Self.field(1...12, using: &random)
        addDays(monthDay, months, Self.weekday(using: &random))
    }

    /// One of a few firings a year, or in many years, each at `hour`.
    init(rareAtHour hour: Int, using random: inout SeededGenerator) {
        minutes = add(("0", [0]))
        addHours(("\(hour)", [hour]))
        let month = random.chance(50) ? 2 : random.number(1...12)
        addDays(Self.rareMonthDay(using: &random), ("\(month)", [month]), Self.weekday(using: &random))
    }

    /// Firings at random times of one day of the year.
    init(on day: WallTime, using random: inout SeededGenerator) {
        addMinutes(Self.field(0...59, dense: true, using: &random))
        addHours(Self.field(0...23, dense: true, using: &random))
        addDays(("\(day.day)", { $0.day == day.day }), ("\(day.month)", [day.month]), ("*", { _ in true }))
    }

    private mutating func add(_ field: (text: String, values: Set<Int>)) -> Set<Int> {
        text += (text.isEmpty ? "" : " ") + field.text
        return field.values
    }

    private mutating func addMinutes(_ field: (text: String, values: Set<Int>)) {
        minutes = add(field)
        if field.text.hasPrefix("*") { followsWallClock = true }
    }

    private mutating func addHours(_ field: (text: String, values: Set<Int>)) {
        hours = add(field)
        if field.text.hasPrefix("*") { followsWallClock = true }
    }

    private mutating func addDays(
        _ monthDay: (text: String, rule: DayRule), _ months: (text: String, values: Set<Int>),
        _ weekday: (text: String, rule: DayRule)
    ) {
        self.monthDay = monthDay.rule
        self.weekday = weekday.rule
        hasStarDay = [monthDay.text, weekday.text].contains { $0.hasPrefix("*") || $0 == "?" }
        text += " " + monthDay.text
        self.months = add(months)
        text += " " + weekday.text
    }

    func fits(_ wall: Int) -> Bool {
        let time = WallTime(wall)
        return seconds.contains(time.second) && minutes.contains(time.minute) && hours.contains(time.hour)
            && fitsDay(time)
    }

    /// Whether the day of a wall time fits, whatever its hour.
    func fitsDay(_ wall: Int) -> Bool { fitsDay(WallTime(wall)) }

    func fitsDay(_ time: WallTime) -> Bool {
        months.contains(time.month)
            && (hasStarDay ? monthDay(time) && weekday(time) : monthDay(time) || weekday(time))
    }

    /// A list of up to three items over `range`.
    private static func field(
        _ range: ClosedRange<Int>, dense: Bool = false, using random: inout SeededGenerator
    ) -> (text: String, values: Set<Int>) {
        var texts: [String] = []
        var values: Set<Int> = []
        for _ in 0..<random.number(1...3) {
            let item = item(range, dense: dense, using: &random)
            texts.append(item.text)
            values.formUnion(item.values)
        }
        return (texts.joined(separator: ","), values)
    }

    private static func item(
        _ range: ClosedRange<Int>, dense: Bool, using random: inout SeededGenerator
    ) -> (text: String, values: Set<Int>) {
        let first = random.number(range)
        let last = random.number(range)
        let step = random.number(1...min(range.count, dense ? 20 : 9))
        // Counting up from the first value, one by one, and beginning anew at the end, is what a range is.
        var walk = [first]
        while walk[walk.count - 1] != last {
            let next = walk[walk.count - 1] + 1
            walk.append(next > range.upperBound ? range.lowerBound : next)
        }
        func every(_ values: [Int]) -> Set<Int> { Set(values.indices.filter { $0 % step == 0 }.map { values[$0] }) }
        switch random.number(0...5) {
        case 0: return ("*", Set(range))
        case 1: return ("*/\(step)", every(Array(range)))
        case 2: return ("\(first)", [first])
        case 3: return ("\(first)-\(last)", Set(walk))
        case 4: return ("\(first)-\(last)/\(step)", every(walk))
        default: return ("\(first)/\(step)", every(Array(first...range.upperBound)))
        }
    }

    /// A day near the month's end, one in three together with the weekday; or any rule.
    private static func rareMonthDay(using random: inout SeededGenerator) -> (text: String, rule: DayRule) {
        let number = random.number(29...31)
        switch random.number(0...2) {
        case 0: return ("\(number)", { $0.day == number })
        case 1: return ("*/\(number - 1)", { $0.day == 1 || $0.day == number })
        default: return monthDay(using: &random)
        }
    }

    private static func monthDay(using random: inout SeededGenerator) -> (text: String, rule: DayRule) {
        if random.chance(35) { return ("*", { _ in true }) }
        if random.chance(50) {
            let field = field(1...31, using: &random)
            return (field.text, { field.values.contains($0.day) })
        }
        let number = random.number(1...31)
        let back = random.number(0...12)
        switch random.number(0...5) {
        case 0: return ("?", { _ in true })
        case 1: return ("L", { $0.day == $0.monthLength })
        case 2: return ("L-\(back)", { $0.day == $0.monthLength - back })
        case 3: return ("LW", { isNearestWorkingDay($0, to: $0.monthLength) })
        case 4: return ("L-\(back)W", { isNearestWorkingDay($0, to: $0.monthLength - back) })
        default: return ("\(number)W", { number <= $0.monthLength && isNearestWorkingDay($0, to: number) })
        }
    }

    /// Whether no working day of the month is nearer to `target`.
    private static func isNearestWorkingDay(_ time: WallTime, to target: Int) -> Bool {
        func isWorking(_ day: Int) -> Bool { (time.weekday + day - time.day + 70) % 7 % 6 != 0 }
        let working = (1...time.monthLength).filter(isWorking)
        return working.min { abs($0 - target) < abs($1 - target) } == time.day
    }

    private static func weekday(using random: inout SeededGenerator) -> (text: String, rule: DayRule) {
        if random.chance(45) { return ("*", { _ in true }) }
        if random.chance(60) {
            let field = field(0...6, using: &random)
            return (field.text, { field.values.contains($0.weekday) })
        }
        let number = random.number(0...7)
        let name = ["SUN", "mon", "Tue", "WED", "thu", "FRI", "SAT", "sun"][number]
        let occurrence = random.number(1...5)
        switch random.number(0...3) {
        case 0: return ("?", { _ in true })
        case 1: return (name, { $0.weekday == number % 7 })
        case 2: return ("\(number)L", { $0.weekday == number % 7 && $0.day + 7 > $0.monthLength })
        default:
            return ("\(name)#\(occurrence)", { $0.weekday == number % 7 && ($0.day + 6) / 7 == occurrence })
        }
    }
}
