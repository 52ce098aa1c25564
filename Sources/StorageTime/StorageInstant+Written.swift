extension StorageInstant {
    /// Reads a time as people write it: what ``init(parsing:)`` reads, and
    /// - `2015-02`, the beginning of a month; `2015-12-12T12:00` or with a space, without seconds;
    /// - `now`, `today` and `yesterday`, the beginning of that day;
    /// - a duration, so long ago: `30d`, `6h`. It goes back to a whole unit, the smallest of those written, so that
    ///   `30d` is the beginning of a day and `6h` that of an hour.
    ///
    /// - Parameter now: the present storage time.
    /// - Throws: ``StorageTimeError/Code/badTime``, naming the text; where it goes back to before the first year, too.
    package init(written text: String, now: StorageInstant) throws(StorageTimeError) {
        if let instant = Self.word(text, now) ?? Self.short(text) {
            self = instant
            return
        }
        if text.first?.isNumber == true, text.last?.isLetter == true, !text.contains("-"), text.last != "Z" {
            self = try Self.ago(text, now)
            return
        }
        do throws(StorageTimeError) {
            try self.init(parsing: text)
        } catch {
            guard error.hint?.hasPrefix("write it") == true else { throw error }
            throw StorageTimeError(
                code: error.code, message: error.message,
                hint: "write it as 2013-01-31, '2013-01-31 06:00:00', 2013-01, today, or 30d for so long ago")
        }
    }

    private static func word(_ text: String, _ now: StorageInstant) -> StorageInstant? {
        switch text.lowercased() {
        case "now": now
        case "today": now.startOfDay
        case "yesterday": now.startOfDay.advanced(by: -86_400)
        default: nil
        }
    }

    /// A time that is cut short.
    private static func short(_ text: String) -> StorageInstant? {
        switch text.utf8.count {
        case 7: try? StorageInstant(parsing: text + "-01")
        case 16: try? StorageInstant(parsing: text + ":00")
        default: nil
        }
    }

    private static func ago(_ text: String, _ now: StorageInstant) throws(StorageTimeError) -> StorageInstant {
        let age: Seconds
        do throws(StorageTimeError) { age = try Seconds(parsing: text) } catch {
            throw StorageTimeError(
                code: .badTime, message: "'\(text)' is not a time, nor how long ago",
                hint: "write it as 2013-01-31, '2013-01-31 06:00:00', 2013-01, today, or 30d for so long ago")
        }
        let unit: Int =
            switch text.last {
            case "w", "d": 86_400
            case "h": 3600
            case "m": 60
            default: 1
            }
        let seconds = now.seconds - age.count
        guard seconds >= 0, let instant = StorageInstant(seconds: seconds - seconds % unit) else {
            throw StorageTimeError(
                code: .badTime, message: "'\(text)' ago is before the year 1", hint: "write a later time")
        }
        return instant
    }
}
