import Operations
import StorageTime

/// How far the taking of windows is, as a line that fits any screen.
struct TakingProgress: Sendable, Hashable {
    var done: Int
    /// Windows known to be taken; more may turn up.
    var planned: Int
    var rows: Int
    var requests: Int
    var elapsed: Duration
    /// Whether nobody knows yet how many windows there are: then neither a share nor a time left is told.
    var isOpenEnded = false

    /// How long the rest takes at the rate until now, in seconds; nil until enough was done to know. The first requests
    /// go out at once, whatever the account's rate is, so that a rate over the first seconds says nothing.
    var secondsLeft: Int? {
        let seconds = elapsed / .seconds(1)
        guard !isOpenEnded, planned > done, done >= 5, seconds >= 5 else { return nil }
        return Int(held: (seconds / Double(done) * Double(planned - done)).rounded(.up))
    }

    /// - Parameter width: the most characters; what matters least is left out first. Nil is any number.
    func line(width: Int?) -> String {
        let all = max(planned, done)
        let counted = isOpenEnded ? done.counted("window") : "\(done.grouped)/\(all.grouped) windows"
        let windows = all == 0 ? "asking the server" : counted
        var parts = [windows]
        if rows > 0 || done > 0 { parts.append(rows.counted("row")) }
        if requests > 0 { parts.append(requests.counted("request")) }
        let left = secondsLeft.map { "\(Seconds($0).clock) left" }
        let size = 20
        let filled = all > 0 ? done * size / all : 0
        let bar =
            isOpenEnded
            ? "" : "[\(String(repeating: "#", count: filled))\(String(repeating: ".", count: size - filled))] "
        // From all of it down to the windows alone.
        let candidates = [
            bar + (parts + [left].compactMap(\.self)).joined(separator: ", "),
            (parts + [left].compactMap(\.self)).joined(separator: ", "),
            ([windows] + [left].compactMap(\.self) + parts.dropFirst(2)).joined(separator: ", "),
            ([windows] + [left].compactMap(\.self)).joined(separator: ", "), windows,
        ]
        guard let width else { return candidates[0] }
        return candidates.first { $0.count <= width } ?? windows.cut(to: width)
    }
}
