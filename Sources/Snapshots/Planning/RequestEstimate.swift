import Algorithms
package import StorageTime

/// How many requests it is likely to take to take windows, where nothing moves and nothing is refused.
///
/// Joining windows are asked for one after the other; each stretch of them costs two counts beside its answers, for its
/// end and to close it. Of a server that was never asked for the task, every window is closed alone at first.
package struct RequestEstimate: Sendable, Hashable {
    package let requests: Int

    /// - Parameters:
    ///   - windows: how many join each other.
    ///   - answers: how many requests the rows of all of them take; nil is one a window.
    ///   - isUntried: whether the server was never asked for the task.
    package init(joining windows: Int, answers: Int? = nil, isUntried: Bool = false) {
        guard windows > 0 else {
            requests = 0
            return
        }
        let longest = TaskSession.longestStretch
        let stretches = windows / longest + (windows % longest > 0 ? 1 : 0)
        let careful = isUntried ? 1 + 2 * min(windows, TaskSession.untriedWindows) : 0
        requests = (answers ?? windows).adding(held: stretches).adding(held: stretches).adding(held: careful)
    }

    /// - Parameters:
    ///   - windows: ascending, in stretches that join.
    ///   - pageSize: how many rows come in one answer.
    ///   - hours: what was learnt of how many rows windows hold; nil is at most one answer a window.
    ///   - isUntried: whether the server was never asked for the task.
    /// - Complexity: O(*n* *h*) for *n* windows of *h* hours.
    package init(of windows: [Window], pageSize: Int, hours: HourlyRows?, isUntried: Bool) {
        var sum = 0
        for stretch in windows.chunked(by: { $0.to == $1.from }) {
            var answers = 0
            for window in stretch { answers.add(held: Self.answers(for: window, pageSize: pageSize, hours: hours)) }
            let isFirst = isUntried && sum == 0
            sum.add(held: RequestEstimate(joining: stretch.count, answers: answers, isUntried: isFirst).requests)
        }
        requests = sum
    }

    /// How long so many requests take.
    ///
    /// - Parameter rate: requests a second; 0 is no limit, of which nil comes.
    package static func time(of requests: Int, atRate rate: Double) -> Seconds? {
        rate > 0 ? Seconds(Int(held: (Double(requests) / rate).rounded(.up))) : nil
    }

    /// How many requests the rows of a window are likely to take.
    package static func answers(for window: Window, pageSize: Int, hours: HourlyRows?) -> Int {
        let page = Double(max(1, pageSize))
        guard let rows = hours?.expectedRows(of: window), rows > page else { return 1 }
        if rows <= page * WindowPartition.twoAnswers { return 2 }
        return Int(held: (rows / (page * WindowPartition.fill)).rounded(.up))
    }
}
