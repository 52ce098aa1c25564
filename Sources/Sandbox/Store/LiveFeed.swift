import Foundation

/// When live rows are due: a fixed number a second, from a start on, counted and never timed by a timer.
///
/// A share of them comes late: stored in the past, with the time at which they would have been due.
struct LiveFeed: Sendable {
    /// Rows a second; 0 has none due, ever.
    let rate: Double
    let start: Date
    /// The share of rows that come late, 0 to 1.
    let lateShare: Double
    /// How many seconds late they come at most.
    let latestBy: Double
    let seed: UInt64
    /// How many rows were due at the last asking, late or not.
    private(set) var stored = 0
    /// The late rows still to come, by when they do.
    private var late: [(date: Date, ordinal: Int)] = []

    init(rate: Double, start: Date, lateShare: Double = 0, latestBy: Double = 0, seed: UInt64 = 1) {
        self.rate = rate
        self.start = start
        self.lateShare = lateShare
        self.latestBy = latestBy
        self.seed = seed
    }

    /// The ordinals, from 0, of the rows to be stored since the last asking. A clock that went back has none due.
    mutating func due(at now: Date) -> [Int] {
        guard rate > 0 else { return [] }
        let due = max(stored, Int((now.timeIntervalSince(start) * rate).rounded(.down)))
        guard lateShare > 0 else {
            defer { stored = due }
            return Array(stored..<due)
        }
        var ordinals: [Int] = []
        for ordinal in stored..<due {
            let delay = delay(of: ordinal)
            if delay > 0 { late.append((time(of: ordinal) + delay, ordinal)) } else { ordinals.append(ordinal) }
        }
        stored = due
        late.sort { ($0.date, $0.ordinal) < ($1.date, $1.ordinal) }
        let ready = late.prefix { $0.date <= now }
        late.removeFirst(ready.count)
        return ordinals + ready.map(\.ordinal)
    }

    /// When the row of that ordinal is stored: row 0 one step after the start.
    func time(of ordinal: Int) -> Date {
        start.addingTimeInterval(Double(ordinal + 1) / rate)
    }

    /// How many seconds after its time the row of that ordinal is first seen.
    private func delay(of ordinal: Int) -> Double {
        var generator = SeededGenerator(seed: seed ^ UInt64(ordinal) &* 0xD1B5_4A32_D192_ED03)
        guard Double.random(in: 0..<1, using: &generator) < lateShare else { return 0 }
        return Double.random(in: 0...max(latestBy, 0), using: &generator)
    }
}
