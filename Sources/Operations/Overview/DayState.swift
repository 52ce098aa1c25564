import Algorithms
package import StorageTime
package import Vault

/// What one day of a task's storage time is, in a word: the worst of what it holds.
package enum DayState: String, Sendable, Hashable, CaseIterable {
    /// Before the first second that was taken.
    case before
    /// Taken and proven, with rows.
    case sealed
    /// Taken and proven to hold no rows.
    case empty
    /// Found without rows, perhaps too late.
    case unproven
    /// Some of it is missing.
    case missing
    /// Too recent to be taken.
    case open
    /// Removed, as the keep rules say.
    case pruned
}

/// The days of a task's storage time, each with its state.
package struct DayStates: Sendable, Hashable {
    /// The first day's first second.
    package let first: StorageInstant
    package private(set) var states: [DayState] = []
    /// The states that are among them.
    package var kinds: Set<DayState> { Set(DayState.allCases.filter(states.contains)) }

    package static let day = 86_400

    /// - Parameters:
    ///   - first: a day's first second.
    ///   - count: how many days.
    ///   - behind: how many seconds after the last covered one should have been taken by now.
    /// - Complexity: O(*d* log *n*) for *d* days and *n* runs of windows.
    package init(of status: TaskStatus, from first: StorageInstant, count: Int, behind: Int) {
        self.first = first
        states.reserveCapacity(count)
        for index in 0..<count {
            let start = first.advanced(by: index * Self.day)
            let end = start.advanced(by: Self.day)
            guard let day = try? Window(from: start, to: end) else { break }
            states.append(Self.state(of: day, status, behind))
        }
    }

    // A thousand tasks are looked up by their days each time that a page is drawn.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(first)
        states.withUnsafeBytes { hasher.combine(bytes: $0) }
    }

    private static func state(of day: Window, _ status: TaskStatus, _ behind: Int) -> DayState {
        guard let from = status.from, let to = status.to else {
            return day.from < status.openFrom ?? .earliest ? .before : .open
        }
        if let openFrom = status.openFrom, day.from >= openFrom, day.from >= to { return .open }
        if day.to <= from { return .before }
        let isLate = behind > 0 && day.to > to && day.from < to.advanced(by: behind)
        if isLate || overlaps(status.gaps, day) { return .missing }
        if day.from >= to { return .open }
        if overlaps(status.unproven, day) { return .unproven }
        if overlaps(status.pruned, day) { return .pruned }
        return isCovered(by: status.empty, day, from: from, to: to) ? .empty : .sealed
    }

    /// Whether one of the windows, which are sorted and apart, overlaps the day.
    private static func overlaps(_ windows: [Window], _ day: Window) -> Bool {
        let index = firstEnding(after: day.from, windows)
        return index < windows.count && windows[index].from < day.to
    }

    /// Whether what is covered of the day is all in the windows.
    private static func isCovered(by windows: [Window], _ day: Window, from: StorageInstant, to: StorageInstant) -> Bool
    {
        var index = firstEnding(after: day.from, windows)
        var covered = 0
        while index < windows.count, windows[index].from < day.to {
            covered += windows[index].intersection(day)?.seconds ?? 0
            index += 1
        }
        return covered >= min(day.to, to).seconds(since: max(day.from, from))
    }

    private static func firstEnding(after instant: StorageInstant, _ windows: [Window]) -> Int {
        windows.partitioningIndex { $0.to > instant }
    }
}

extension DayStates {
    /// The days of a source without windows: those with a capture, by UTC.
    ///
    /// - Parameter captures: the days with one.
    package init(captures: Set<StorageInstant>, from first: StorageInstant, count: Int) {
        self.first = first
        let start = captures.min()
        states = (0..<count).map { index in
            let day = first.advanced(by: index * Self.day)
            if captures.contains(day) { return .sealed }
            return start.map { day < $0 } ?? true ? .before : .open
        }
    }

    /// Days in a row that have one state.
    package struct Stretch: Sendable, Hashable {
        package let state: DayState
        /// The first day's place.
        package let start: Int
        package let count: Int
    }

    package var stretches: [Stretch] {
        var stretches: [Stretch] = []
        var start = 0
        for index in states.indices where index + 1 == states.count || states[index + 1] != states[index] {
            stretches.append(Stretch(state: states[index], start: start, count: index + 1 - start))
            start = index + 1
        }
        return stretches
    }

    /// The first second of a day by its place.
    package func day(_ index: Int) -> StorageInstant { first.advanced(by: index * Self.day) }
}
