package import StorageTime

/// What pruning leaves of snapshots: everything that any one rule asks for, as `restic forget` has it.
package struct KeepRules: Sendable, Hashable {
    /// Everything younger than this, measured back from the newest: the end of what is covered, or the newest capture.
    package var within: Seconds?
    /// The newest so many captures.
    package var last: Int?
    /// The newest capture of each of so many hours, days, weeks (from Monday), months and years in UTC that have one.
    package var hourly, daily, weekly, monthly, yearly: Int?

    package init(
        within: Seconds? = nil, last: Int? = nil, hourly: Int? = nil, daily: Int? = nil, weekly: Int? = nil,
        monthly: Int? = nil, yearly: Int? = nil
    ) {
        self.within = within
        self.last = last
        self.hourly = hourly
        self.daily = daily
        self.weekly = weekly
        self.monthly = monthly
        self.yearly = yearly
    }

    /// Whether nothing is asked for.
    package var isEmpty: Bool { self == KeepRules() }

    /// Reads an age: a duration, where `y` also stands for a year. A year is 366 days here, so that nothing goes early.
    ///
    /// - Throws: ``StorageTimeError/Code/badDuration``, naming the text.
    package static func age(parsing text: String) throws(StorageTimeError) -> Seconds {
        guard let mark = text.firstIndex(of: "y"), let years = Int(text[..<mark]), (1...1000).contains(years),
            text[..<mark].allSatisfy(\.isNumber)
        else { return try Seconds(parsing: text) }
        let rest = text[text.index(after: mark)...]
        let seconds = rest.isEmpty ? 0 : try Seconds(parsing: String(rest)).count
        return Seconds(years * 366 * 86_400 + seconds)
    }
}
