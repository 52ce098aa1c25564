/// Numbers that come from outside: how large a count may be, and sums that never overflow.
///
/// A count is bounded where it enters. Sums of many are held to what an `Int` holds all the same, for nobody bounds how
/// many files or answers there are: a sum that is held is wrong, and larger than anything that is true.
package enum Count {
    /// The most rows, bytes or requests that are believed of one answer, one record or one option: 10^15.
    package static let most = 1_000_000_000_000_000

    /// Whether `count` is none that anything real can have.
    package static func isAbsurd(_ count: Int) -> Bool { !(0...most).contains(count) }
}

extension Int {
    /// The sum, held to what an `Int` holds.
    package func adding(held other: Int) -> Int {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }

    /// The difference, held to what an `Int` holds.
    package func subtracting(held other: Int) -> Int {
        let (difference, overflow) = subtractingReportingOverflow(other)
        return overflow ? (other < 0 ? .max : .min) : difference
    }

    /// The product, held to what an `Int` holds.
    package func multiplied(held other: Int) -> Int {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        return overflow ? ((self < 0) == (other < 0) ? .max : .min) : product
    }

    /// Adds `other`, held to what an `Int` holds.
    package mutating func add(held other: Int) { self = adding(held: other) }

    /// The nearest whole number below `number`, held to what an `Int` holds; 0 for no number.
    package init(held number: Double) {
        let whole = number.rounded(.down)
        self = Int(exactly: whole) ?? (whole > 0 ? .max : whole < 0 ? .min : 0)
    }
}

extension Sequence {
    /// The sum of what `count` tells of each element, held to what an `Int` holds.
    package func heldSum(_ count: (Element) throws -> Int) rethrows -> Int {
        try reduce(0) { sum, element in try sum.adding(held: count(element)) }
    }
}
