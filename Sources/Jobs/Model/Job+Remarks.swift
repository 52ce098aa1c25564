import Records
package import StorageTime

extension Job {
    /// From how many windows on a catch-up of one task is worth a word: at five requests a second it takes two days.
    private static let manyWindows = 1_000_000

    /// What is allowed but worth a look, one sentence each: a grid so fine that its windows since `start` come to more
    /// than can be asked for.
    ///
    /// - Parameter now: storage time, a day more or less.
    package func remarks(now: StorageInstant) -> [String] {
        guard source == .storageTime else { return [] }
        var remarks: [String] = []
        for rules in [rules] + overrides.map({ $0.applied(to: rules) }) {
            guard let start = rules.start, let range = try? Window(from: start, to: now) else { continue }
            let windows = range.sliceCount(onGridOf: rules.window.count)
            guard windows >= Self.manyWindows else { continue }
            let days = windows / 5 / 86_400
            let remark =
                "job '\(name)': from \(start) until now there are \(windows) windows of \(rules.window) a task; at five requests "
                + "a second they take \(days) days; a longer window takes fewer"
            if !remarks.contains(remark) { remarks.append(remark) }
        }
        return remarks
    }
}
