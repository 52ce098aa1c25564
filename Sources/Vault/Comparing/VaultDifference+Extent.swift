import Archive
import Foundation
import StorageTime

extension VaultDifference.Extent {
    init(_ sum: RowsSum) {
        switch sum.first {
        case .window(let window): self = .windows(sum.range ?? window)
        case .capture(let date, _): self = .captures(first: date, last: date)
        }
    }

    /// Takes in what follows; false, and nothing done, where time lies in between.
    mutating func join(_ other: Self) -> Bool {
        if case .windows(let window) = self, case .windows(let next) = other, window.to != next.from { return false }
        self = union(other)
        return true
    }

    /// From the earlier start to the later end.
    func union(_ other: Self) -> Self {
        switch (self, other) {
        case (.windows(let one), .windows(let two)):
            .windows((try? Window(from: min(one.from, two.from), to: max(one.to, two.to))) ?? one)
        case (.captures(let first, let last), .captures(let from, let to)):
            .captures(first: min(first, from), last: max(last, to))
        default: self
        }
    }

    /// Where it begins: storage time, or UTC for captures.
    package var from: String {
        switch self {
        case .windows(let window): window.from.description
        case .captures(let first, _): UTCTime.text(first)
        }
    }

    /// Where it ends: storage time, or the moment of the last capture.
    package var to: String {
        switch self {
        case .windows(let window): window.to.description
        case .captures(_, let last): UTCTime.text(last)
        }
    }
}
