import Foundation

/// The firings of an expression, one after the other.
struct CronFirings: Sequence, IteratorProtocol, Sendable {
    let expression: CronExpression
    var last: Date

    mutating func next() -> Date? {
        guard let date = expression.next(after: last) else { return nil }
        last = date
        return date
    }
}
