import Operations
import StorageTime

/// The strip of a task's last days: a bar a stretch of days of one state, told apart by height and pattern as well as
/// by colour. Made of numbers and fixed words alone.
enum StripDrawing {
    private static let step = 4
    private static let height = 18

    static func svg(_ days: DayStates) -> String {
        let width = days.states.count * step
        var svg = "<svg class=\"strip\" viewBox=\"0 0 \(width) \(height)\" preserveAspectRatio=\"none\" role=\"img\">"
        svg += "<title>\(summary(days))</title>"
        for stretch in days.stretches where stretch.state != .before {
            let (top, size) = extent(stretch.state)
            svg +=
                "<rect x=\"\(stretch.start * step)\" y=\"\(top)\" width=\"\(stretch.count * step)\" height=\"\(size)\""
            svg += " \(stretch.state.fill)><title>\(title(stretch, days))</title></rect>"
        }
        return svg + "</svg>"
    }

    /// One bar, for the legend.
    static func key(_ state: DayState) -> String {
        let (top, size) = extent(state)
        return "<rect x=\"0\" y=\"\(top)\" width=\"14\" height=\"\(size)\" \(state.fill)/>"
    }

    /// Where a bar begins, and how high it is.
    private static func extent(_ state: DayState) -> (top: Int, size: Int) {
        switch state {
        case .before: (height, 0)
        case .sealed: (4, 10)
        case .empty: (8, 2)
        case .unproven: (6, 6)
        case .missing: (0, 18)
        case .open: (7, 4)
        case .pruned: (6, 6)
        }
    }

    private static func title(_ stretch: DayStates.Stretch, _ days: DayStates) -> String {
        let first = days.day(stretch.start).dateText
        let last = days.day(stretch.start + stretch.count - 1).dateText
        return (first == last ? first : "\(first) to \(last)") + ": " + stretch.state.words
    }

    /// `90 days to 2026-11-28: 80 sealed, 1 missing`.
    private static func summary(_ days: DayStates) -> String {
        let counts = DayState.allCases.map { state in (state, days.states.count { $0 == state }) }.filter { $0.1 > 0 }
        let last = days.states.isEmpty ? "" : " to \(days.day(days.states.count - 1).dateText)"
        return "\(days.states.count) days\(last): " + counts.map { "\($0.1) \($0.0.words)" }.joined(separator: ", ")
    }
}

extension DayState {
    /// In one or a few words.
    var words: String {
        switch self {
        case .before: "before the first"
        case .sealed: "sealed"
        case .empty: "empty"
        case .unproven: "unproven"
        case .missing: "missing"
        case .open: "open"
        case .pruned: "pruned"
        }
    }

    /// What it means, for the legend.
    var explanation: String {
        switch self {
        case .before: "before the first window taken"
        case .sealed: "taken, and the count proven"
        case .empty: "proven to hold no rows"
        case .unproven: "found without rows, perhaps too late"
        case .missing: "not in the vault, or damaged"
        case .open: "too recent to be taken"
        case .pruned: "removed by a keep rule"
        }
    }

    /// Colour by class, and a pattern where the state has one.
    var fill: String {
        switch self {
        case .missing: "class=\"d-missing\" fill=\"url(#p-missing)\""
        case .unproven: "class=\"d-unproven\" fill=\"url(#p-unproven)\""
        case .pruned: "class=\"d-pruned\" fill=\"url(#p-pruned)\""
        default: "class=\"d-\(rawValue)\""
        }
    }
}
