import Archive
import Catalog
import Foundation
import Records
import StorageTime

/// When windows were last counted again at the API and found as expected, by the history of counts.
///
/// A count over several windows says nothing of one of them while a row come to one and a row gone from another may
/// have cancelled out in it: see ``LastCounts``.
struct CountTimes: Sendable {
    private var times: [Window: Date] = [:]

    init() {}

    /// - Parameters:
    ///   - windows: ascending, without overlap; all that the counts enclose.
    ///   - counts: of one window or of several at once, in any order.
    /// - Complexity: O(*c* (log *n* + *k*)) for *n* windows and *c* counts of *k* of them each.
    init(_ windows: [WindowFacts], _ counts: [RecheckRecord]) {
        let valid = LastCounts.Count.valid(counts, of: windows.count) { (windows[$0].window, windows[$0].capturedAt) }
        var first: [Int: Int] = [:]
        var last: [Int: Int] = [:]
        for count in valid {
            for window in count.windows where count.at > Int(windows[window].capturedAt.timeIntervalSince1970) {
                first[window] = min(first[window] ?? count.at, count.at)
                last[window] = max(last[window] ?? count.at, count.at)
            }
        }
        let starts = LastCounts.startsCounted(of: windows.count) { (windows[$0].window, windows[$0].edgeRows) }
        // The latest count tells a window apart, or else the first one does, with all that were made since.
        for bases in [first, last] {
            let told = LastCounts(windows: windows.count, counts: valid, startsCounted: starts) { window, at in
                bases[window] == at
            }
            for (window, at) in bases where told.isDone(window) {
                times[windows[window].window] = Date(timeIntervalSince1970: Double(at))
            }
        }
    }

    subscript(window: Window) -> Date? { times[window] }
}

extension LockedTask {
    /// When the windows of storage time in a range were last counted again, by the history.
    func countTimes(host: String, in range: Window) throws -> CountTimes {
        func counts(_ range: Window) throws -> [RecheckRecord] {
            try vault.catalog.rechecks(of: task.text, source: .storageTime, host: host, in: range)
        }
        // What tells windows in the range apart may begin before it, and so may the windows that it tells them from.
        guard let near = try hull(counts(range)), let all = try hull(counts(near)) else { return CountTimes() }
        var windows: [WindowFacts] = []
        for record in try vault.catalog.windows(of: task.text, source: .storageTime, host: host, in: all)
        where windows.last.map({ $0.window.to <= record.window.from }) ?? true { windows.append(record.facts) }
        return try CountTimes(windows, counts(near))
    }

    private func hull(_ counts: [RecheckRecord]) throws -> Window? {
        guard let from = counts.map(\.range.from).min(), let to = counts.map(\.range.to).max() else { return nil }
        return try Window(from: from, to: to)
    }
}
