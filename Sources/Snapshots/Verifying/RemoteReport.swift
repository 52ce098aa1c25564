package import StorageTime

/// What the API says of the windows that a vault holds.
package struct RemoteReport: Sendable {
    /// A window, and the API's totals of it: as it was last seen, and now.
    package struct Count: Sendable, Hashable {
        package let task: String
        package let window: Window
        package let expected: Int
        package let counted: Int
    }

    /// A window whose count is the same and whose rows are not.
    package struct Change: Sendable, Hashable {
        package let task: String
        package let window: Window
        /// Rows that the API answers and the vault lacks.
        package let new: Int
        /// Rows that the vault holds and the API has no more, besides those it was known to have lost.
        package let gone: Int
    }

    /// Windows that joined and are as they were.
    package struct Stretch: Sendable, Hashable {
        package let task: String
        package let range: Window
        package let windows: Int
    }

    /// Windows looked at, those that failed left out.
    package var windows: Int { equalWindows + grown.count + shrunk.count + reordered.count + changed.count }
    package var equalWindows: Int { equal.reduce(0) { $0 + $1.windows } }
    /// As they were; neighbours as one stretch.
    package internal(set) var equal: [Stretch] = []
    package internal(set) var grown: [Count] = []
    package internal(set) var shrunk: [Count] = []
    /// Of the windows whose rows were fetched: the same rows, in another order.
    package internal(set) var reordered: [Stretch] = []
    /// Of the windows whose rows were fetched: other rows.
    package internal(set) var changed: [Change] = []
    /// Tasks of which the vault has increments.
    package internal(set) var increments: [IncrementCount] = []
    package internal(set) var failed: [BackfillSummary.Failure] = []
    /// Requests sent, retries and log-ins included.
    package internal(set) var requests = 0

    package init() {}

    /// What was found of one window.
    enum Verdict: Sendable, Hashable {
        case equal
        case counted(expected: Int, counted: Int)
        case reordered
        case changed(new: Int, gone: Int)
    }

    mutating func add(_ verdict: Verdict, _ task: String, _ window: Window) {
        switch verdict {
        case .equal:
            if let last = equal.last, last.task == task, last.range.to == window.from,
                let range = try? Window(from: last.range.from, to: window.to)
            {
                equal[equal.count - 1] = Stretch(task: task, range: range, windows: last.windows + 1)
            } else {
                equal.append(Stretch(task: task, range: window, windows: 1))
            }
        case .counted(let expected, let counted):
            let count = Count(task: task, window: window, expected: expected, counted: counted)
            if counted > expected { grown.append(count) } else { shrunk.append(count) }
        case .reordered: reordered.append(Stretch(task: task, range: window, windows: 1))
        case .changed(let new, let gone): changed.append(Change(task: task, window: window, new: new, gone: gone))
        }
    }
}
