import Algorithms

/// A set of storage seconds, held as the fewest disjoint windows in ascending order: what is covered, what is missing.
package struct WindowSet: Sendable, Hashable {
    /// Disjoint, ascending, no two touching.
    package private(set) var windows: [Window] = []

    package init() {}

    /// The union of `windows`, which may overlap and come in any order.
    ///
    /// - Complexity: O(*n* log *n*); O(*n*) where they are ascending.
    package init(_ windows: some Sequence<Window>) {
        var sorted = Array(windows)
        if zip(sorted, sorted.dropFirst()).contains(where: { $1 < $0 }) { sorted.sort() }
        for window in sorted { append(window) }
    }

    package var isEmpty: Bool { windows.isEmpty }

    /// From the first second to the last, gaps included; nil for the empty set.
    package var bounds: Window? {
        guard let first = windows.first, let last = windows.last else { return nil }
        return Window(unchecked: first.from, last.to)
    }

    /// The number of seconds in the set.
    package var seconds: Int { windows.reduce(0) { $0 + $1.seconds } }

    /// Adds a window.
    ///
    /// - Complexity: O(log *n* + *m*) for the *m* windows that move; O(1) for one that starts after all others.
    package mutating func insert(_ window: Window) {
        if let last = windows.last, window.from >= last.from {
            append(window)
            return
        }
        let start = windows.partitioningIndex { $0.to >= window.from }
        var merged = window
        var end = start
        while end < windows.count, windows[end].from <= window.to {
            merged = Window(unchecked: min(merged.from, windows[end].from), max(merged.to, windows[end].to))
            end += 1
        }
        windows.replaceSubrange(start..<end, with: CollectionOfOne(merged))
    }

    /// Takes a window's seconds out.
    ///
    /// - Complexity: O(log *n* + *m*) for the *m* windows that move.
    package mutating func remove(_ window: Window) {
        let start = windows.partitioningIndex { $0.to > window.from }
        var end = start
        var rest: [Window] = []
        while end < windows.count, windows[end].from < window.to {
            let piece = windows[end]
            if piece.from < window.from { rest.append(Window(unchecked: piece.from, window.from)) }
            if piece.to > window.to { rest.append(Window(unchecked: window.to, piece.to)) }
            end += 1
        }
        windows.replaceSubrange(start..<end, with: rest)
    }

    /// Whether every second of `window` is in the set.
    ///
    /// - Complexity: O(log *n*).
    package func contains(_ window: Window) -> Bool {
        let index = windows.partitioningIndex { $0.to > window.from }
        return index < windows.count && windows[index].contains(window)
    }

    package func contains(_ instant: StorageInstant) -> Bool {
        let index = windows.partitioningIndex { $0.to > instant }
        return index < windows.count && windows[index].contains(instant)
    }

    /// What of `range` is not in the set, oldest first.
    ///
    /// - Complexity: O(log *n* + *m*) for the *m* windows inside the range.
    package func gaps(in range: Window) -> [Window] {
        var gaps: [Window] = []
        var cursor = range.from
        for window in windows[windows.partitioningIndex(where: { $0.to > range.from })...] {
            if window.from >= range.to { break }
            if window.from > cursor { gaps.append(Window(unchecked: cursor, window.from)) }
            cursor = max(cursor, window.to)
        }
        if cursor < range.to { gaps.append(Window(unchecked: cursor, range.to)) }
        return gaps
    }

    /// What of `range` is in the set, oldest first.
    ///
    /// - Complexity: O(log *n* + *m*) for the *m* windows inside the range.
    package func parts(in range: Window) -> [Window] {
        windows[windows.partitioningIndex(where: { $0.to > range.from })...].prefix { $0.from < range.to }
            .compactMap { $0.intersection(range) }
    }

    package func union(_ other: WindowSet) -> WindowSet {
        WindowSet(windows + other.windows)
    }

    private mutating func append(_ window: Window) {
        guard let last = windows.last, window.from <= last.to else {
            windows.append(window)
            return
        }
        if window.to > last.to { windows[windows.count - 1] = Window(unchecked: last.from, window.to) }
    }
}
