import Foundation
import StorageTime

/// Dates of HTTP headers, in the three forms of RFC 9110, section 5.6.7. All are in GMT.
enum HTTPDate {
    /// - Returns: nil for anything else. The name of the day is not compared with the date.
    static func parse(_ text: String, now: Date) -> Date? {
        let words = text.split(whereSeparator: { $0 == " " || $0 == "," }).map(String.init)
        if words.count == 6, words[5] == "GMT" {
            return date(day: words[1], month: words[2], year: words[3], time: words[4])
        }
        if words.count == 4, words[3] == "GMT" {
            let parts = words[1].split(separator: "-").map(String.init)
            guard parts.count == 3, parts[2].count == 2, let year = number(parts[2]) else { return nil }
            return date(day: parts[0], month: parts[1], year: String(fullYear(year, now: now)), time: words[2])
        }
        if words.count == 5 {
            return date(day: words[2], month: words[1], year: words[4], time: words[3])
        }
        return nil
    }

    /// A two-digit year is the one within 50 years after this one, else of the past.
    private static func fullYear(_ year: Int, now: Date) -> Int {
        let thisYear = 1970 + Int(now.timeIntervalSince1970 / 31_556_952)
        let candidate = thisYear / 100 * 100 + year
        return candidate > thisYear + 50 ? candidate - 100 : candidate
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    private static func date(day: String, month: String, year: String, time: String) -> Date? {
        let clock = time.split(separator: ":").map { number(String($0)) }
        guard let day = number(day), let month = months.firstIndex(of: month), let year = number(year),
            clock.count == 3, let hour = clock[0], let minute = clock[1], let second = clock[2], second <= 60,
            // A leap second is the last one of its minute here.
            let instant = StorageInstant(
                year: year, month: month + 1, day: day, hour: hour, minute: minute, second: min(second, 59))
        else { return nil }
        return Date(timeIntervalSince1970: Double(instant.seconds - 62_135_596_800))
    }

    private static func number(_ text: String) -> Int? {
        guard (1...4).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return Int(text)
    }
}

/// The `Retry-After` header: whole seconds, or a date.
enum RetryAfter {
    /// - Parameters:
    ///   - serverDate: the answer's own `Date`, against which a date is measured, so that a wrong clock here does no
    ///     harm.
    /// - Returns: never negative; nil for what is neither form.
    static func parse(_ text: String, serverDate: Date?, now: Date) -> Duration? {
        let text = text.trimmingCharacters(in: .whitespaces)
        if !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) {
            return .seconds(min(Int64(text) ?? longest, longest))
        }
        guard let date = HTTPDate.parse(text, now: now) else { return nil }
        let seconds = date.timeIntervalSince(serverDate ?? now).rounded(.up)
        return .seconds(min(max(Int64(Int(held: seconds)), 0), longest))
    }

    /// A year; more is a mistake, and would overflow.
    private static let longest: Int64 = 31_536_000
}
