package import Cron
package import Foundation

extension CronExpression {
    /// The last firing at or before `now`.
    ///
    /// - Parameter first: a firing at or before `now`.
    /// - Complexity: O(log *n*) steps in the seconds between, so that a schedule of every second may sleep for years.
    func latestFiring(from first: Date, through now: Date) -> Date {
        var found = first
        var low = Int(first.timeIntervalSince1970)
        // After `high` comes no firing in time; after `low` there may be one.
        var high = Int(now.timeIntervalSince1970.rounded(.down))
        var middle = low
        while low < high {
            if let next = next(after: Date(timeIntervalSince1970: Double(middle))), next <= now {
                found = next
                low = Int(next.timeIntervalSince1970)
            } else {
                high = middle
            }
            middle = low + (high - low) / 2
        }
        return found
    }

    /// The last firing before `date`; nil where there is none since 1970.
    ///
    /// - Complexity: O(log *n*) steps in the seconds between.
    package func previousFiring(before date: Date) -> Date? {
        let end = Date(timeIntervalSince1970: date.timeIntervalSince1970.rounded(.up) - 1)
        var reach = 1.0
        while true {
            let start = max(end.timeIntervalSince1970 - reach, -1)
            if let first = next(after: Date(timeIntervalSince1970: start)), first <= end {
                return latestFiring(from: first, through: end)
            }
            guard start > -1 else { return nil }
            reach *= 2
        }
    }
}
