package import StorageTime

/// Rows an hour, for each hour of the week on the storage-time axis.
package struct HourlyRows: Sendable, Hashable {
    package static let hoursOfWeek = 168
    private static let hour = 3600
    private static let week = hoursOfWeek * hour
    /// The part of an hour, inverted, from which on what is seen of it is taken for the whole of an hour of which
    /// nothing is known: ten minutes.
    private static let leastTelling = 6.0
    /// No more is believed of an hour: sums over years stay exact numbers.
    private static let most = 1e9

    /// By the hour of the week, from the one in which the axis begins; nil where nothing was learnt.
    private var rates: [Double?]
    /// The same with what is expected of the hours of which nothing was learnt: what the same hours of other days have
    /// on average, else all hours.
    private var expected: [Double]

    package init() { self.init(rates: Array(repeating: nil, count: Self.hoursOfWeek)) }

    private init(rates: [Double?]) {
        self.rates = rates
        expected = Self.filled(rates)
    }

    package var isEmpty: Bool { rates.allSatisfy { $0 == nil } }

    private static func filled(_ rates: [Double?]) -> [Double] {
        var ofDay = [(sum: Double, count: Int)](repeating: (0, 0), count: 24)
        for (slot, rate) in rates.enumerated() {
            guard let rate else { continue }
            ofDay[slot % 24].sum += rate
            ofDay[slot % 24].count += 1
        }
        let count = ofDay.reduce(0) { $0 + $1.count }
        let average = count == 0 ? 0 : ofDay.reduce(0) { $0 + $1.sum } / Double(count)
        return rates.enumerated().map { slot, rate in
            let known = ofDay[slot % 24]
            return rate ?? (known.count == 0 ? average : known.sum / Double(known.count))
        }
    }

    /// How many hours of a window lie in each hour of the week.
    ///
    /// - Complexity: O(1): whole weeks are counted, not walked through.
    private static func hours(of window: Window) -> [Double] {
        var hours = Array(repeating: Double(window.seconds / week), count: hoursOfWeek)
        let start = window.from.seconds
        forEachHour(from: start, to: start + window.seconds % week) { slot, from, to in
            hours[slot] += Double(to - from) / Double(hour)
        }
        return hours
    }

    private static func forEachHour(
        from start: Int, to end: Int, _ body: (_ slot: Int, _ from: Int, _ to: Int) -> Void
    ) {
        var at = start
        while at < end {
            let next = min(end, (at / hour + 1) * hour)
            body(at / hour % hoursOfWeek, at, next)
            at = next
        }
    }

    package var expectedRowsOfAWeek: Double { expected.reduce(0, +) }

    package func expectedRows(of window: Window) -> Double {
        let weeks = window.seconds / Self.week
        var sum = weeks == 0 ? 0 : Double(weeks) * expectedRowsOfAWeek
        let start = window.from.seconds
        Self.forEachHour(from: start, to: start + window.seconds % Self.week) { slot, from, to in
            sum += expected[slot] * Double(to - from) / Double(Self.hour)
        }
        return sum
    }

    /// Takes in how many rows a stretch of time held: they are shared out over its hours as these are expected to hold
    /// them, evenly where nothing is known.
    package mutating func note(rows: Int, of stretch: Window, newShare: Double) {
        let hours = Self.hours(of: stretch)
        let rowsExpected = expectedRows(of: stretch)
        let perHour = Double(rows) / (Double(max(stretch.seconds, 1)) / Double(Self.hour))
        for (slot, share) in hours.enumerated() where share > 0 {
            let known = expected[slot]
            let seen = min(rowsExpected > 0 ? Double(rows) * known / rowsExpected : perHour, Self.most)
            // A second with a row is no hour with thousands.
            let weight = rates[slot] == nil ? min(1, share * Self.leastTelling) : newShare * min(1, share)
            rates[slot] = known + weight * (seen - known)
        }
        expected = Self.filled(rates)
    }

    /// As ``Density/cuts(of:into:)`` says.
    ///
    /// - Complexity: O(*h* + *count*) for *h* hours in the window, of which no more than twenty years' are walked
    ///   through.
    package func cuts(of window: Window, into count: Int) -> [StorageInstant] {
        let rowsExpected = expectedRows(of: window)
        guard count > 1, rowsExpected > 0, window.seconds <= 20 * 366 * 86_400 else { return [] }
        let start = window.from.seconds
        var cuts: [StorageInstant] = []
        var before = 0.0
        Self.forEachHour(from: start, to: start + window.seconds) { slot, from, to in
            let held = expected[slot] * Double(to - from) / Double(Self.hour)
            while held > 0, cuts.count < count - 1 {
                let wanted = rowsExpected * Double(cuts.count + 1) / Double(count)
                guard before + held >= wanted else { break }
                let offset = Int(held: Double(to - from) * (wanted - before) / held)
                cuts.append(window.from.advanced(by: from - start + offset))
            }
            before += held
        }
        return cuts
    }
}

extension HourlyRows {
    /// The same as text: 168 numbers, the rows an hour, with nothing in the place of those that are not known.
    package var text: String {
        rates.map { $0.map { rate in (rate * 10).rounded() / 10 }.map { "\($0)" } ?? "" }.joined(separator: ",")
    }

    /// - Returns: nil for text that is none of ``text``.
    package init?(_ text: String) {
        let fields = text.split(separator: ",", omittingEmptySubsequences: false)
        guard fields.count == Self.hoursOfWeek else { return nil }
        var rates: [Double?] = []
        for field in fields {
            guard !field.isEmpty else {
                rates.append(nil)
                continue
            }
            guard let rate = Double(field), rate >= 0, rate <= Self.most else { return nil }
            rates.append(rate)
        }
        self.init(rates: rates)
    }
}
