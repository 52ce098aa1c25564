/// A whole second of storage time: the server's naive wall time, with no zone and no offset.
///
/// Instants of one server compare with each other and with nothing else. The range is 0001-01-01 00:00:00 to
/// 9999-12-31 23:59:59 in the proleptic Gregorian calendar; the day 0001-01-01 is a Monday, which anchors every grid.
package struct StorageInstant: Sendable, Hashable {
    /// Seconds since 0001-01-01 00:00:00; `0 ... 315_537_897_599`.
    package let seconds: Int

    /// The first instant there is.
    package static let earliest = StorageInstant(unchecked: 0)
    /// The last instant there is.
    package static let latest = StorageInstant(unchecked: 315_537_897_599)

    static let secondsPerDay = 86_400

    init(unchecked seconds: Int) {
        self.seconds = seconds
    }

    /// The instant that many seconds after 0001-01-01 00:00:00, or nil outside the years 1 to 9999.
    package init?(seconds: Int) {
        guard (0...Self.latest.seconds).contains(seconds) else { return nil }
        self.init(unchecked: seconds)
    }

    /// The instant of these calendar fields, or nil where there is no such second (month 13, 30 February, 24:00:00).
    package init?(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
        guard (1...9999).contains(year), (1...12).contains(month),
            day >= 1, day <= Self.days(inMonth: month, of: year),
            (0...23).contains(hour), (0...59).contains(minute), (0...59).contains(second)
        else { return nil }
        let days = Self.days(beforeYear: year, month: month) + day - 1
        self.init(unchecked: days * Self.secondsPerDay + hour * 3600 + minute * 60 + second)
    }

    /// This instant moved by `seconds`, held to the range at either end.
    package func advanced(by seconds: Int) -> StorageInstant {
        let (sum, overflow) = self.seconds.addingReportingOverflow(seconds)
        if overflow { return seconds < 0 ? .earliest : .latest }
        return StorageInstant(unchecked: min(max(sum, 0), Self.latest.seconds))
    }

    /// Whole seconds from `other` to this instant; negative where `other` is later.
    package func seconds(since other: StorageInstant) -> Int {
        seconds - other.seconds
    }

    /// The start of this instant's calendar day.
    package var startOfDay: StorageInstant {
        StorageInstant(unchecked: seconds - seconds % Self.secondsPerDay)
    }
}

extension StorageInstant: Comparable {
    package static func < (left: StorageInstant, right: StorageInstant) -> Bool {
        left.seconds < right.seconds
    }
}

extension StorageInstant {
    /// The calendar fields of a storage instant.
    package struct Fields: Sendable, Hashable {
        package var year, month, day, hour, minute, second: Int
    }

    /// The calendar fields of this instant.
    ///
    /// - Complexity: O(1). The algorithm counts 400-year cycles from 1 March, so that leap days fall at a cycle's end.
    package var fields: Fields {
        let day = seconds / Self.secondsPerDay
        let time = seconds % Self.secondsPerDay
        let shifted = day + 306
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return Fields(
            year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
            month: month,
            day: dayOfYear - (153 * marchMonth + 2) / 5 + 1,
            hour: time / 3600, minute: time / 60 % 60, second: time % 60)
    }

    static func isLeap(_ year: Int) -> Bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    static func days(inMonth month: Int, of year: Int) -> Int {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static func days(beforeYear year: Int, month: Int) -> Int {
        let past = year - 1
        let beforeMonth = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334][month - 1]
        return past * 365 + past / 4 - past / 100 + past / 400 + beforeMonth + (month > 2 && isLeap(year) ? 1 : 0)
    }
}
