/// A half-open range of storage time: rows stored at `from` are inside, rows stored at `to` are not.
package struct Window: Sendable, Hashable {
    package let from: StorageInstant
    package let to: StorageInstant

    /// - Throws: ``StorageTimeError/Code/emptyWindow`` when `to` is not after `from`.
    package init(from: StorageInstant, to: StorageInstant) throws(StorageTimeError) {
        guard from < to else {
            throw StorageTimeError(
                code: .emptyWindow, message: "the range from \(from) to \(to) is empty: its end must be after its start"
            )
        }
        self.init(unchecked: from, to)
    }

    init(unchecked from: StorageInstant, _ to: StorageInstant) {
        self.from = from
        self.to = to
    }

    /// The range's length in whole seconds; at least 1.
    package var seconds: Int { to.seconds - from.seconds }

    package func contains(_ instant: StorageInstant) -> Bool {
        from <= instant && instant < to
    }

    package func contains(_ other: Window) -> Bool {
        from <= other.from && other.to <= to
    }

    package func overlaps(_ other: Window) -> Bool {
        from < other.to && other.from < to
    }

    /// The part that both share, or nil where they only touch or lie apart.
    package func intersection(_ other: Window) -> Window? {
        let from = max(from, other.from)
        let to = min(to, other.to)
        return from < to ? Window(unchecked: from, to) : nil
    }

    /// The two parts left and right of `instant`; nil unless it lies strictly inside.
    package func split(at instant: StorageInstant) -> (Window, Window)? {
        guard from < instant, instant < to else { return nil }
        return (Window(unchecked: from, instant), Window(unchecked: instant, to))
    }

    /// Consecutive slices on the grid of `step`, oldest first, joining without gap or overlap; the first and last may
    /// be shorter. Grids are anchored at Monday 0001-01-01 00:00:00.
    ///
    /// - Parameter step: slice length in whole seconds, at least 1.
    /// - Complexity: O(1) to make; the slices are computed one at a time as they are read.
    package func slices(onGridOf step: Int) -> some Sequence<Window> & Sendable {
        precondition(step >= 1, "a grid's step is at least one second")
        return GridSlices(rest: self, step: step)
    }

    /// The number of slices that ``slices(onGridOf:)`` yields.
    package func sliceCount(onGridOf step: Int) -> Int {
        (to.seconds - 1) / step - from.seconds / step + 1
    }
}

extension Window: Comparable {
    /// By start, then by end.
    package static func < (left: Window, right: Window) -> Bool {
        (left.from, left.to) < (right.from, right.to)
    }
}

extension Window: CustomStringConvertible {
    package var description: String { "\(from) to \(to)" }
}

struct GridSlices: Sequence, IteratorProtocol, Sendable {
    var rest: Window?
    let step: Int

    mutating func next() -> Window? {
        guard let window = rest else { return nil }
        let edge = StorageInstant(unchecked: (window.from.seconds / step + 1) * step)
        guard let (slice, rest) = window.split(at: edge) else {
            self.rest = nil
            return window
        }
        self.rest = rest
        return slice
    }
}
