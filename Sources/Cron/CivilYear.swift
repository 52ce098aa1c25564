/// A year of the Gregorian calendar, as far as its days are concerned: one of fourteen kinds.
struct CivilYear: Sendable, Hashable {
    private(set) var year: Int
    /// The weekday of 1 January, Sunday being 0; 7 more in a leap year. Years of one kind have the same days on the
    /// same weekdays.
    private(set) var kind: Int

    /// Seven weekdays to begin on, with and without a leap day.
    static let kinds = 0..<14

    /// A year from 1 on.
    init(_ year: Int) {
        self.year = year
        kind = Self.kind(beginningOn: CivilMonth(1, of: year).firstWeekday, year)
    }

    /// Goes on to the next year.
    mutating func advance() {
        // 365 days are 52 weeks and a day.
        let next = kind < 7 ? kind + 1 : kind - 5
        year += 1
        kind = Self.kind(beginningOn: next < 7 ? next : next - 7, year)
    }

    private static func kind(beginningOn weekday: Int, _ year: Int) -> Int {
        CivilMonth.isLeap(year) ? weekday + 7 : weekday
    }
}
