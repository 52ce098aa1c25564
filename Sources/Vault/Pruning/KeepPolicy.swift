import Foundation
package import Records
import StorageTime

/// What pruning leaves: everything that any one rule of any one set asks for.
///
/// Windows, and batches of unexported rows, each hold rows that no other has: for them `within` alone counts, and a set
/// without it keeps all. Captures of the other sources repeat each other, and all rules count.
package struct KeepPolicy: Sendable, Hashable {
    package var sets: [KeepRules]

    /// - Parameter sets: at least one, none of them empty: else all is kept.
    package init(_ sets: [KeepRules]) { self.sets = sets }

    /// How far back from the newest snapshots stay that repeat nothing; nil for all of them.
    var within: Seconds? {
        let ages = sets.map { $0.within }
        return ages.contains(nil) ? nil : ages.compactMap { $0 }.max()
    }

    /// Which captures stay.
    ///
    /// - Parameter captures: when they were taken, ascending.
    /// - Returns: a verdict for each; the newest always stays.
    func keeps(_ captures: [Date]) -> [Bool] {
        guard let newest = captures.last, !sets.isEmpty, !sets.contains(where: \.isEmpty) else {
            return captures.map { _ in true }
        }
        var keeps = captures.map { _ in false }
        keeps[keeps.count - 1] = true
        for rules in sets {
            if let within = rules.within {
                for (index, date) in captures.enumerated()
                where newest.timeIntervalSince(date) < Double(within.count) { keeps[index] = true }
            }
            if let last = rules.last { for index in captures.indices.suffix(last) { keeps[index] = true } }
            for (count, period) in rules.periods { Self.keep(count, of: period, captures, &keeps) }
        }
        return keeps
    }

    private static func keep(_ count: Int, of period: Period, _ captures: [Date], _ keeps: inout [Bool]) {
        var left = count
        var last: Int?
        for index in captures.indices.reversed() where left > 0 {
            let number = period.number(of: captures[index])
            guard number != last else { continue }
            last = number
            left -= 1
            keeps[index] = true
        }
    }
}

extension KeepRules {
    fileprivate var periods: [(count: Int, period: Period)] {
        [(hourly, Period.hour), (daily, .day), (weekly, .week), (monthly, .month), (yearly, .year)]
            .compactMap { count, period in count.map { ($0, period) } }
    }
}

/// A stretch of the calendar in UTC.
private enum Period {
    case hour, day, week, month, year

    private static let clock = StorageClock(timeZone: TimeZone(secondsFromGMT: 0))

    /// Equal for instants of the same hour, day, week, month or year.
    func number(of date: Date) -> Int {
        let instant = Self.clock.storageTime(at: date)
        switch self {
        case .hour: return instant.seconds / 3600
        case .day: return instant.seconds / 86_400
        // The first day of all is a Monday.
        case .week: return instant.seconds / 604_800
        case .month: return instant.fields.year * 12 + instant.fields.month
        case .year: return instant.fields.year
        }
    }
}
