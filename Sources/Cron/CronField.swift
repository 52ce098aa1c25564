/// The fields of an expression, in the order in which they are written.
package enum CronField: String, Sendable, Hashable, CaseIterable, CustomStringConvertible {
    case second
    case minute
    case hour
    case dayOfMonth = "day-of-month"
    case month
    case dayOfWeek = "day-of-week"

    package var description: String { rawValue }

    /// The values that the field holds. Sunday is 0.
    var values: ClosedRange<Int> {
        switch self {
        case .second, .minute: 0...59
        case .hour: 0...23
        case .dayOfMonth: 1...31
        case .month: 1...12
        case .dayOfWeek: 0...6
        }
    }

    /// The numbers that may be written: Sunday is 0 or 7.
    var accepted: ClosedRange<Int> { self == .dayOfWeek ? 0...7 : values }

    /// What a bare `H` draws from: a day of the month that every month has.
    var splayed: ClosedRange<Int> { self == .dayOfMonth ? 1...28 : values }

    /// The names of the field's values, in order from its least value; empty where it has none.
    var names: [String] {
        switch self {
        case .month: ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
        case .dayOfWeek: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
        default: []
        }
    }

    /// The value of an upper-case name.
    func value(named name: String) -> Int? {
        names.firstIndex(of: name).map { $0 + values.lowerBound }
    }

    /// What may be written, in words for a hint.
    var allowed: String {
        switch self {
        case .second, .minute, .hour: "the \(self) field takes \(accepted.lowerBound)-\(accepted.upperBound)"
        case .dayOfMonth: "the day-of-month field takes 1-31, L, L-3, 15W or LW"
        case .month: "the month field takes 1-12 or JAN-DEC"
        case .dayOfWeek: "the day-of-week field takes 0-7 (0 and 7 are Sunday), SUN-SAT, 5L or MON#2"
        }
    }
}
