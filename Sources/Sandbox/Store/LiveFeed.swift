import Foundation

/// When live rows are due: a fixed number a second, from a start on, counted and never timed by a timer.
struct LiveFeed: Sendable {
    /// Rows a second; 0 has none due, ever.
    let rate: Double
    let start: Date
    /// How many rows were due at the last asking.
    private(set) var stored = 0

    init(rate: Double, start: Date) {
        self.rate = rate
        self.start = start
    }

    /// The ordinals, from 0, of the rows that became due since the last asking. A clock that went back has none due.
    mutating func due(at now: Date) -> Range<Int> {
        guard rate > 0 else { return 0..<0 }
        let due = Int((now.timeIntervalSince(start) * rate).rounded(.down))
        guard due > stored else { return stored..<stored }
        defer { stored = due }
        return stored..<due
    }

    /// When the row of that ordinal is stored: row 0 one step after the start.
    func time(of ordinal: Int) -> Date {
        start.addingTimeInterval(Double(ordinal + 1) / rate)
    }
}
